import { both } from '../../requirements/scenarios/scenario.ts';
import { accuracy, arxiv, doi, page, published, registered, same, type Architecture } from './architecture.ts';

const LSTM = doi(
  '10.1162/neco.1997.9.8.1735',
  'Hochreiter, Schmidhuber',
  'Long Short-Term Memory',
  'Neural Computation 9(8)',
  1997,
);
const LSTM_DROPOUT = arxiv(
  '1409.2329',
  'Zaremba, Sutskever, Vinyals',
  'Recurrent Neural Network Regularization',
  'arXiv',
  2014,
);
const TRANSFORMER = arxiv('1706.03762', 'Vaswani et al.', 'Attention Is All You Need', 'NeurIPS', 2017);
const GPT2 = page(
  'https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf',
  'Radford, Wu, Child, Luan, Amodei, Sutskever',
  'Language Models are Unsupervised Multitask Learners',
  'OpenAI',
  2019,
);
const T5 = arxiv(
  '1910.10683',
  'Raffel et al.',
  'Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer',
  'JMLR 21(140), 2020',
  2019,
);
const QWEN = arxiv('2412.15115', 'Qwen Team', 'Qwen2.5 Technical Report', 'arXiv', 2024);
const SCALING = arxiv('2001.08361', 'Kaplan et al.', 'Scaling Laws for Neural Language Models', 'arXiv', 2020);

const PERPLEXITY = both('Perplexity', '困惑度');

/** Models that write text. */
export const TEXT_GENERATORS: readonly Architecture[] = [
  {
    id: 'lstm',
    name: same('LSTM'),
    summary: both(
      'Reads word by word and carries a memory along, with gates for what to keep.',
      '逐词阅读并携带记忆，用门控决定保留什么。',
    ),
    problemTypes: ['text-generation', 'text-classification', 'speech-recognition'],
    data: both(
      'Sequences of moderate length; streams that arrive piece by piece.',
      '长度适中的序列，或逐步到达的数据流。',
    ),
    parameters: {
      count: 66_000_000,
      text: both('66 million in the large language model cited', '所引大型语言模型为 6,600 万'),
    },
    compute: {
      flops: 132_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each parameter and token, one token after the other.',
        '每个参数对每个 token 约 2 FLOPs，须逐个 token 计算。',
      ),
    },
    explainability: { level: 'low', text: both('The memory is a vector without names.', '记忆是一串没有名称的数值。') },
    licence: both('Method published; many free implementations', '方法公开，有多种自由实现'),
    scores: [registered('perplexity', PERPLEXITY, 78.4, 'Penn Treebank words, test, large', LSTM_DROPOUT)],
    sources: [LSTM, LSTM_DROPOUT],
    strengths: [both('Constant memory for streams of any length.', '处理任意长的数据流，内存不变。')],
    risks: [
      both('Cannot be trained in parallel over time: slow.', '训练无法按时间并行，速度慢。'),
      both('Forgets what lies hundreds of words back.', '会遗忘几百词以前的内容。'),
    ],
    training: null,
  },
  {
    id: 'encoder-decoder-transformer',
    name: both('Encoder–decoder Transformer, trained here', '编码器–解码器 Transformer（在此训练）'),
    summary: both(
      'The article’s model: an encoder reads the beginning, a decoder writes the whole, every word attending to every other.',
      '文章中的模型：编码器读取开头，解码器写出全文，词与词之间两两注意。',
    ),
    problemTypes: ['text-generation'],
    data: both('Pairs of source and target, or texts to be continued.', '源文本与目标文本成对，或需要续写的文本。'),
    parameters: {
      count: 65_000_000,
      text: both(
        '65 million (base) and 213 million (big) in the paper; here by the settings, up to 250 million.',
        '论文中 base 6,500 万、big 2.13 亿；在此取决于设置，上限 2.5 亿。',
      ),
    },
    compute: {
      flops: 88_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 44 million parameters of the base model’s layers.',
        'base 的层内约 4,400 万参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'medium',
      text: both('Attention between source and target can be shown.', '可以展示源与目标之间的注意力。'),
    },
    licence: both('Yours: no foreign weights', '归你所有：不含他人的权重'),
    scores: [
      published(same('BLEU'), 27.3, '', 'WMT 2014 English–German, base', TRANSFORMER),
      published(same('BLEU'), 28.4, '', 'WMT 2014 English–German, big', TRANSFORMER),
    ],
    sources: [TRANSFORMER],
    strengths: [
      both('Trained on this installation with the article’s own settings.', '可用文章的设置在本系统上训练。'),
      both('Best suited to translation and rewriting.', '最适合翻译与改写。'),
    ],
    risks: [
      both('From small data it learns to repeat, not to write.', '数据太少时只会复述，不会写作。'),
      both('Says what sounds right, whether or not it is.', '只求通顺，不保证真实。'),
    ],
    training: {
      architecture: 'encoder-decoder',
      task: 'prefix-to-whole',
      loss: 'cross-entropy',
    },
  },
  {
    id: 'decoder-only-transformer',
    name: both('Decoder-only Transformer, trained here', '仅解码器 Transformer（在此训练）'),
    summary: both(
      'In the manner of GPT: one stack that predicts each next token, trained from the first weight on this installation.',
      'GPT 式：单一堆叠逐个预测下一个 token，在本系统上从零训练。',
    ),
    problemTypes: ['text-generation'],
    data: both('Plain text, the more the better; no labels.', '纯文本，越多越好，无需标签。'),
    parameters: {
      count: null,
      text: both('By the settings, up to 250 million.', '取决于设置，上限 2.5 亿。'),
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
      level: 'low',
      text: both('Probabilities of each next token; no reasons.', '能给出每个下一 token 的概率，不能给出理由。'),
    },
    licence: both('Yours: no foreign weights', '归你所有：不含他人的权重'),
    scores: [],
    sources: [GPT2, SCALING],
    strengths: [
      both(
        'The simplest model that writes; perplexity on held-out text decides.',
        '最简单的写作模型，以留出文本上的困惑度判定。',
      ),
      both('Data never leaves the installation.', '数据不出本系统。'),
    ],
    risks: [
      both('Small models of small data copy: watch memorisation.', '小模型加小数据容易照抄：须关注记忆率。'),
      both('Follows no instructions without further training.', '未经进一步训练，不会听从指令。'),
    ],
    training: {
      architecture: 'decoder-only',
      task: 'next-token',
      loss: 'cross-entropy',
      tokenizer: 'bpe',
      vocabularySize: 4000,
      dModel: 256,
      heads: 8,
      decoderLayers: 4,
      feedForward: 1024,
      activation: 'gelu',
      positions: 'learned',
      dropout: 0.1,
      optimiser: 'adamw',
      learningRate: 0.0006,
      schedule: 'warmup-cosine',
      warmupSteps: 100,
      weightDecay: 0.01,
      clipNorm: 1,
      batchSize: 16,
    },
  },
  {
    id: 'gpt-2-small',
    name: both('GPT-2 small', 'GPT-2 small'),
    summary: both('A 12-layer decoder, pre-trained on eight million web pages.', '12 层解码器，在八百万网页上预训练。'),
    problemTypes: ['text-generation'],
    data: both(
      'English text to be continued, up to 1,024 tokens; can be fine-tuned.',
      '英文续写，至多 1,024 个 token，可微调。',
    ),
    parameters: { count: 124_000_000, text: both('124 million (the paper says 117)', '1.24 亿（论文写作 1.17 亿）') },
    compute: {
      flops: 170_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 85 million parameters of its layers.',
        '12 层共约 8,500 万参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Probabilities of each next token; no reasons.', '能给出每个下一 token 的概率，不能给出理由。'),
    },
    licence: both('Modified MIT', '修改版 MIT'),
    scores: [
      registered('perplexity', PERPLEXITY, 29.41, 'WikiText-2, zero-shot', GPT2),
      accuracy(0.4599, 'LAMBADA, zero-shot', GPT2),
    ],
    sources: [GPT2],
    strengths: [both('Small enough for one CPU core in a pinch.', '必要时单个 CPU 核心也能运行。')],
    risks: [
      both('English of 2017; no Chinese to speak of.', '语料为 2017 年的英文，几乎不懂中文。'),
      both('Neither instructed nor made safe.', '未做指令与安全训练。'),
    ],
    training: null,
  },
  {
    id: 'gpt-2-xl',
    name: both('GPT-2 XL', 'GPT-2 XL'),
    summary: both('The 48-layer GPT-2.', '48 层的 GPT-2。'),
    problemTypes: ['text-generation'],
    data: both('English text to be continued, up to 1,024 tokens.', '英文续写，至多 1,024 个 token。'),
    parameters: { count: 1_542_000_000, text: both('1.5 billion', '15 亿') },
    compute: {
      flops: 2_950_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 1.5 billion parameters of its layers.',
        '48 层共约 15 亿参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Probabilities of each next token; no reasons.', '能给出每个下一 token 的概率，不能给出理由。'),
    },
    licence: both('Modified MIT', '修改版 MIT'),
    scores: [
      registered('perplexity', PERPLEXITY, 18.34, 'WikiText-2, zero-shot', GPT2),
      accuracy(0.6324, 'LAMBADA, zero-shot', GPT2),
    ],
    sources: [GPT2],
    strengths: [both('Much more fluent than the small one.', '比 small 流畅得多。')],
    risks: [
      both('Overtaken: newer models of its size do far better.', '已被超越：同规模的新模型好得多。'),
      both('Wants a GPU.', '需要 GPU。'),
    ],
    training: null,
  },
  {
    id: 't5-base',
    name: same('T5-base'),
    summary: both(
      'An encoder–decoder that treats every task as text in, text out.',
      '编码器–解码器，把一切任务都当作“文本进、文本出”。',
    ),
    problemTypes: ['text-generation', 'text-classification'],
    data: both('Pairs of texts: summaries, translations, answers.', '成对文本：摘要、翻译、问答。'),
    parameters: { count: 220_000_000, text: both('220 million', '2.2 亿') },
    compute: {
      flops: 226_000_000,
      per: 'token',
      text: both(
        'About 0.17 GFLOPs for each token read and 0.23 for each token written.',
        '每读入一个 token 约 0.17 GFLOPs，每写出一个约 0.23 GFLOPs。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Attention between source and target; no reasons.', '可看源与目标之间的注意力，不能给出理由。'),
    },
    licence: same('Apache-2.0'),
    scores: [published(both('GLUE average', 'GLUE 平均分'), 82.7, '', 'GLUE, test', T5)],
    sources: [T5],
    strengths: [both('One model for classifying, summarising and translating.', '一个模型同时做分类、摘要与翻译。')],
    risks: [both('English first; multilingual work needs mT5.', '以英文为主，多语言需用 mT5。')],
    training: null,
  },
  {
    id: 'qwen2.5-7b',
    name: same('Qwen2.5-7B'),
    summary: both(
      'A pre-trained and instructed decoder for Chinese, English and more, with open weights.',
      '面向中文、英文等多种语言的解码器，经过预训练与指令训练，开放权重。',
    ),
    problemTypes: ['text-generation', 'text-classification'],
    data: both(
      'Instructions and examples in the prompt; few or no labels. Can be served behind an OpenAI-compatible endpoint.',
      '在提示词中给出指令与示例，几乎不需标签；可通过兼容 OpenAI 的端点提供服务。',
    ),
    parameters: {
      count: 7_610_000_000,
      text: both('7.61 billion, 6.53 of them in its layers', '76.1 亿，其中层内 65.3 亿'),
    },
    compute: {
      flops: 13_100_000_000,
      per: 'token',
      text: both(
        'About 2 FLOPs for each of the 6.53 billion parameters of its layers.',
        '层内 65.3 亿参数，每个参数约 2 FLOPs。',
      ),
    },
    explainability: {
      level: 'low',
      text: both('Explains itself in words that need not be its reasons.', '能用语言解释，但未必是真实的理由。'),
    },
    licence: same('Apache-2.0'),
    scores: [accuracy(0.742, 'MMLU, 5-shot, base', QWEN), accuracy(0.854, 'GSM8K, base', QWEN)],
    sources: [QWEN],
    strengths: [
      both('Useful on the first day, without any training data.', '无需训练数据，第一天就能用。'),
      both('Good Chinese.', '中文能力好。'),
    ],
    risks: [
      both('Costs and latency a hundred times those of a small classifier.', '成本与时延是小型分类模型的百倍。'),
      both('Answers change with the wording of the prompt.', '提示词措辞一变，回答就可能不同。'),
    ],
    training: null,
  },
];
