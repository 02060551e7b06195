import { both } from '../../requirements/scenarios/scenario.ts';
import { arxiv, doi, published, registered, same, type Architecture } from './architecture.ts';

const WHISPER = arxiv(
  '2212.04356',
  'Radford, Kim, Xu, Brockman, McLeavey, Sutskever',
  'Robust Speech Recognition via Large-Scale Weak Supervision',
  'ICML 2023',
  2022,
);
const WAV2VEC = arxiv(
  '2006.11477',
  'Baevski, Zhou, Mohamed, Auli',
  'wav2vec 2.0: A Framework for Self-Supervised Learning of Speech Representations',
  'NeurIPS',
  2020,
);
const MATRIX_FACTORISATION = doi(
  '10.1109/MC.2009.263',
  'Koren, Bell, Volinsky',
  'Matrix Factorization Techniques for Recommender Systems',
  'IEEE Computer 42(8)',
  2009,
);
const TWO_TOWER = doi(
  '10.1145/3298689.3346996',
  'Yi et al.',
  'Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations',
  'RecSys',
  2019,
);
const YOUTUBE = doi(
  '10.1145/2959100.2959190',
  'Covington, Adams, Sargin',
  'Deep Neural Networks for YouTube Recommendations',
  'RecSys',
  2016,
);
const XGBOOST = arxiv('1603.02754', 'Chen, Guestrin', 'XGBoost: A Scalable Tree Boosting System', 'KDD', 2016);
const TABLES = arxiv(
  '2207.08815',
  'Grinsztajn, Oyallon, Varoquaux',
  'Why do tree-based models still outperform deep learning on typical tabular data?',
  'NeurIPS',
  2022,
);

const WORD_ERRORS = both('Word error rate', '词错误率（WER）');

/** Models that listen, recommend, and read tables. */
export const OTHER_MODELS: readonly Architecture[] = [
  {
    id: 'whisper-large-v2',
    name: same('Whisper large-v2'),
    summary: both(
      'An encoder–decoder Transformer taught on 680,000 hours of subtitled sound.',
      '编码器–解码器 Transformer，用 68 万小时带字幕的音频训练。',
    ),
    problemTypes: ['speech-recognition'],
    data: both(
      'Speech in some hundred languages, recorded anyhow; no labels needed.',
      '近百种语言、录制条件不限的语音；无需标签。',
    ),
    parameters: {
      count: 1_550_000_000,
      text: both('1.55 billion; smaller ones from 39 million on', '15.5 亿；另有 3,900 万起的小型号'),
    },
    compute: {
      flops: null,
      per: 'item',
      text: both(
        'Works on windows of 30 s: 1,500 positions in the encoder, one pass of the decoder for each token.',
        '按 30 秒窗口处理：编码器 1,500 个位置，解码器逐 token 前向。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Probabilities of words; times are approximate.', '可给出词的概率，时间戳为近似值。'),
    },
    licence: same('MIT'),
    scores: [
      published(WORD_ERRORS, 2.7, '%', 'LibriSpeech test-clean, zero-shot', WHISPER),
      published(WORD_ERRORS, 5.2, '%', 'LibriSpeech test-other, zero-shot', WHISPER),
    ],
    sources: [WHISPER],
    strengths: [both('Holds up in noise and accents without fine-tuning.', '无需微调，抗噪声与口音。')],
    risks: [
      both('Invents sentences in silence.', '在静音处会凭空生成句子。'),
      both('Not made for streaming.', '不是为流式识别设计的。'),
    ],
    training: null,
  },
  {
    id: 'wav2vec-2-large',
    name: same('wav2vec 2.0 large'),
    summary: both(
      'Learns the sounds of a language from recordings alone, then reads from few transcripts.',
      '先只从录音学习语音，再用少量转写学会识别。',
    ),
    problemTypes: ['speech-recognition'],
    data: both(
      'Many hours of sound, ten minutes to some hours of it transcribed.',
      '大量录音，其中十分钟到几小时有转写。',
    ),
    parameters: { count: 317_000_000, text: both('317 million; 95 in the base model', '3.17 亿；base 为 9,500 万') },
    compute: {
      flops: null,
      per: 'item',
      text: both('About 50 frames a second of sound through 24 layers.', '每秒声音约 50 帧，经过 24 层。'),
    },
    explainability: {
      level: 'low',
      text: both('Letters by frame can be lined up with the sound.', '可把逐帧字母与声音对齐。'),
    },
    licence: same('MIT'),
    scores: [
      published(WORD_ERRORS, 1.8, '%', 'LibriSpeech test-clean, 960 h transcribed', WAV2VEC),
      published(WORD_ERRORS, 4.8, '%', 'LibriSpeech test-clean, 10 min transcribed', WAV2VEC),
    ],
    sources: [WAV2VEC],
    strengths: [both('Best where transcripts are scarce, such as dialects.', '转写稀缺（如方言）时最合适。')],
    risks: [
      both('Fits its domain closely: other microphones, other errors.', '贴合训练场景：换话筒、换场景就会出错。'),
    ],
    training: null,
  },
  {
    id: 'matrix-factorisation',
    name: both('Matrix factorisation', '矩阵分解'),
    summary: both(
      'Gives each user and each thing a short vector; their product says how they fit.',
      '为每个用户、每件物品各学一个短向量，内积即匹配程度。',
    ),
    problemTypes: ['recommendation'],
    data: both('Ratings or clicks of known users on known things.', '已知用户对已知物品的评分或点击。'),
    parameters: {
      count: null,
      text: both(
        '(Users + things) × dimension: a million × 64 are 64 million.',
        '（用户数 + 物品数）× 维度：百万 × 64 即 6,400 万。',
      ),
    },
    compute: {
      flops: 128,
      per: 'item',
      text: both(
        'Two operations for each dimension and pair: 128 at 64 dimensions.',
        '每个维度两次运算：64 维即每对 128 次。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('“Because you liked …” by the nearest things.', '可按最近的物品给出“因为你喜欢……”。'),
    },
    licence: both('Method published; many free implementations', '方法公开，有多种自由实现'),
    scores: [
      published(
        both('RMSE to beat (Cinematch)', '待超越的 RMSE（Cinematch）'),
        0.9514,
        '',
        'Netflix Prize, quiz set',
        MATRIX_FACTORISATION,
      ),
    ],
    sources: [MATRIX_FACTORISATION],
    strengths: [both('Strong, small, understood for twenty years.', '效果强、体量小，已被研究二十年。')],
    risks: [both('Knows nothing about new users and new things.', '对新用户、新物品一无所知（冷启动）。')],
    training: null,
  },
  {
    id: 'two-tower',
    name: both('Two-tower network', '双塔网络'),
    summary: both(
      'One network for the user, one for the thing; the nearest of millions are found in milliseconds.',
      '用户一座塔、物品一座塔，毫秒级从数百万中召回最近者。',
    ),
    problemTypes: ['recommendation'],
    data: both('Billions of clicks, with features of users and things.', '数十亿次点击，以及用户与物品的特征。'),
    parameters: {
      count: null,
      text: both('Mostly the vectors of ids: hundreds of millions and more.', '主要是 ID 向量：数亿以上。'),
    },
    compute: {
      flops: null,
      per: 'item',
      text: both(
        'The user’s tower once a request; things are computed beforehand and searched.',
        '每次请求只算一次用户塔；物品塔预先算好，再做近邻检索。',
      ),
    },
    explainability: {
      level: 'low',
      text: both(
        'A distance between vectors; features can be left out to see their effect.',
        '只有向量距离；可用剔除特征的方式观察影响。',
      ),
    },
    licence: both('Apache-2.0 (TensorFlow Recommenders)', 'Apache-2.0（TensorFlow Recommenders）'),
    scores: [],
    sources: [TWO_TOWER, YOUTUBE],
    strengths: [both('Handles new things by their features.', '可凭特征处理新物品。')],
    risks: [
      both('Feeds back what it showed: popular things grow more popular.', '会放大自身曝光：热门更热。'),
      both(
        'Results depend on the data of each service; no public score settles it.',
        '结果取决于各自的业务数据，没有可比的公开分数。',
      ),
    ],
    training: null,
  },
  {
    id: 'gradient-boosting',
    name: both('Gradient-boosted trees (XGBoost)', '梯度提升树（XGBoost）'),
    summary: both(
      'Hundreds of small decision trees, each correcting those before it.',
      '数百棵小决策树，后一棵纠正前面的误差。',
    ),
    problemTypes: ['other', 'recommendation'],
    data: both(
      'Tables with thousands of rows and mixed columns; missing values are fine.',
      '几千行以上、列类型混杂的表格；允许缺失值。',
    ),
    parameters: {
      count: null,
      text: both('Trees × leaves: 500 × 64 are 32,000 numbers.', '树数 × 叶数：500 × 64 即 3.2 万个数。'),
    },
    compute: {
      flops: null,
      per: 'item',
      text: both(
        'One comparison for each level of each tree: microseconds on a CPU.',
        '每棵树每层一次比较：CPU 上以微秒计。',
      ),
    },
    explainability: {
      level: 'high',
      text: both('Exact Shapley values for each decision.', '每次判定都可给出精确的 Shapley 值。'),
    },
    licence: same('Apache-2.0'),
    scores: [
      registered('auc-micro', both('AUC (two classes)', 'AUC（二分类）'), 0.8304, 'Higgs, 1M rows, 500 trees', XGBOOST),
    ],
    sources: [XGBOOST, TABLES],
    strengths: [
      both(
        'Best on most tables of middle size, by independent comparison.',
        '独立比较表明：多数中等规模的表格上最好。',
      ),
      both('Trained in minutes, explained to a regulator.', '几分钟训练完成，并能向监管解释。'),
    ],
    risks: [both('Reads neither text nor pictures, and does not extrapolate.', '不能直接读文本与图像，也不会外推。')],
    training: null,
  },
];
