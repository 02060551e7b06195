import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import type { TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';

/** The three sentences that the article trains on; a property of its example, not a default. */
const SENTENCES = ['你好，我是人工智能助手。', '欢迎来到Python编程世界。', '深度学习正在改变未来。'];

type CriterionSeed = Omit<Requirement['criteria'][number], 'id'>;

function tokenCriterion(
  metric: string,
  operator: CriterionSeed['operator'],
  threshold: number,
  level: CriterionSeed['level'],
  reason: LocalizedText,
): CriterionSeed {
  const unit = metric === 'loss' ? 'nats' : '';
  return { metric, operator, threshold, unit, slice: null, level, decisionMode: 'interval', minimumItems: 35, reason };
}

/** The project that the first start creates: the article's generator, from its requirement to a queued run. */
export const articleSeed = {
  key: 'article',
  name: "文章示例 · Transformer 文本生成 / The article's example",
  localizedName: {
    zh: '文章示例 · Transformer 文本生成',
    en: "The article's example · Transformer text generation",
  },
  goal: {
    zh: '从“你好，欢迎来到”续写出“Python编程世界。”，损失低于文章给出的 2.3421。',
    en: 'Continue “你好，欢迎来到” with “Python编程世界。”, at a loss below the 2.3421 that the article printed.',
  },
  problemType: 'text-generation',
  requirement: {
    users: {
      zh: '阅读文章、想亲眼看到一次真实训练的产品经理。',
      en: 'Product managers who read the article and want to watch one real training run.',
    },
    scenario: 'writing-assistant',
    constraints: {
      dataSources: { zh: '仅文章中的三句话。', en: 'The three sentences of the article only.' },
      personalData: false,
      languages: ['zh'],
      deadline: null,
    },
    criteria: [
      tokenCriterion('loss', '<=', 2.3421, 'must', {
        zh: '文章第 10 轮打印的损失；真实训练应当低于它。',
        en: 'The loss that the article printed at epoch 10; real training should be below it.',
      }),
      tokenCriterion('accuracy', '>=', 0.9, 'must', {
        zh: '三句话应当几乎逐字学会。',
        en: 'Three sentences should be learned almost to the letter.',
      }),
      tokenCriterion('f1-macro', '>=', 0.85, 'should', {
        zh: '少见的字也要学会，而不只是常见的字。',
        en: 'Rare characters should be learned too, not only frequent ones.',
      }),
      tokenCriterion('auc-micro', '>=', 0.95, 'should', {
        zh: '正确的下一个字应当排在其他字之前。',
        en: 'The right next character should rank above the others.',
      }),
    ],
  },
  dataset: {
    key: 'article-sentences',
    name: { zh: '文章的三句话', en: "The article's three sentences" },
    source: { zh: '文章正文中的示例文本。', en: 'The sample texts in the article.' },
    licence: '',
    notes: {
      zh: '只有三句话，验证集与测试集就是训练集：分数说明模型记住了它们，并不说明模型能处理新的文本。',
      en: 'There are only three sentences, so validation and test are the training data: scores show that the model remembers them, not that it copes with new text.',
    },
    seed: 1,
    content: { train: SENTENCES, validation: [], test: [] } satisfies TextDatasetContent,
  },
  run: {
    key: 'article-run',
    name: { zh: '文章的配置', en: "The article's configuration" },
    notes: {
      zh: [
        '文章的代码不能按原样运行，这里更正了三处：加载了 BERT 却从未使用（已去掉）；把注意力掩码当作目标（现在以句子本身为目标）；词元从未经过嵌入层（现在先嵌入再加位置编码）。',
        '任务是“前缀 → 全句”：每轮随机取句子的一个前缀作为输入，要求写出整句；生成时提示词既是编码器的输入，也是解码器的开头。大约试过 20 种做法，“前缀 → 仅余下部分”在任何一种变体下都学不会。',
        '三句话几乎可由相邻两字推出：这说明整套机器能工作，不说明模型能泛化；泛化请看唐诗示例。',
      ].join('\n'),
      en: [
        'The article’s code cannot run as printed. Corrected here: its BERT is loaded and never used (left out); its attention mask is used as the target (the sentence itself is the target now); its tokens are never embedded (they are embedded and given positions now).',
        'The task is “prefix → whole sentence”: each epoch takes a random prefix of the sentence as source and asks for the whole; at generation the prompt is both the encoder’s source and the decoder’s beginning. About 20 set-ups were tried; “prefix → remainder only” does not learn the task in any variant.',
        'Three sentences can nearly be solved from pairs of characters: this shows that the machine works, not that the model generalises. The poetry sample is for that.',
      ].join('\n'),
    },
    configuration: {
      architecture: 'encoder-decoder',
      vocabularySize: 10_000,
      tokenizer: 'character',
      dModel: 512,
      heads: 8,
      encoderLayers: 2,
      decoderLayers: 2,
      feedForward: 2048,
      activation: 'relu',
      normalisation: 'pre',
      positions: 'sinusoidal',
      dropout: 0,
      maxTokens: 64,
      task: 'prefix-to-whole',
      auxiliaryTasks: [],
      loss: 'cross-entropy',
      labelSmoothing: 0,
      optimiser: 'adam',
      learningRate: 0.001,
      schedule: 'constant',
      warmupSteps: 0,
      weightDecay: 0,
      l1: 0,
      clipNorm: null,
      batchSize: 1,
      gradientAccumulation: 1,
      epochs: 10,
      earlyStoppingPatience: null,
      evaluateEverySteps: null,
      checkpointEverySteps: null,
      samplePrompts: ['你好，欢迎来到'],
      tokenizerId: null,
      startFromArtifactId: null,
      frozenLayers: [],
      seed: 1,
      device: 'auto',
    } satisfies RunConfiguration,
  },
} as const;
