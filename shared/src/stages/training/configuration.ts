import { z } from 'zod';
import { id } from '../../api/identifiers.ts';
import { saying, type InBothLanguages } from '../../api/localized-text.ts';
import { MAX_TASKS, taskName } from '../data/content.ts';

/** What a model can learn. */
export const TASKS = ['prefix-to-whole', 'next-token', 'single-label', 'multi-label', 'regression'] as const;

/** What a model learns. */
export type Task = (typeof TASKS)[number];

/** What each architecture can learn. */
export const TASKS_OF_ARCHITECTURE = {
  'encoder-decoder': ['prefix-to-whole'],
  'decoder-only': ['next-token'],
  'encoder-classifier': ['single-label', 'multi-label', 'regression'],
} as const satisfies Record<string, readonly Task[]>;

/** The loss that belongs to a task. */
export function lossOfTask(task: Task): 'cross-entropy' | 'binary-cross-entropy' | 'mean-squared-error' {
  if (task === 'regression') return 'mean-squared-error';
  return task === 'multi-label' ? 'binary-cross-entropy' : 'cross-entropy';
}

/** The smallest vocabulary that can be asked for. */
export const SMALLEST_VOCABULARY = 16;

/** The largest: what a tokenizer from elsewhere may have. */
export const LARGEST_VOCABULARY = 65_536;

/** Ids that a byte-pair tokenizer has before it learns anything: every byte and the special tokens. */
export const SMALLEST_BPE_VOCABULARY = 260;

/** The size of a vocabulary as settings can name it: a tokenizer from elsewhere may have fewer ids than one that is learned here. */
export function namedVocabularySize(kind: 'character' | 'wordpiece' | 'bpe', size: number): number {
  return Math.max(size, kind === 'bpe' ? SMALLEST_BPE_VOCABULARY : SMALLEST_VOCABULARY);
}

/** Every setting of a training run, in the vocabulary of the field; defaults are the article's where it names one. */
export const runConfiguration = z
  .object({
    architecture: z.enum(['encoder-decoder', 'decoder-only', 'encoder-classifier']).default('encoder-decoder'),
    /** Upper limit; the tokenizer stops at the symbols that the data has. */
    vocabularySize: z.number().int().min(SMALLEST_VOCABULARY).max(LARGEST_VOCABULARY).default(10_000),
    tokenizer: z.enum(['character', 'wordpiece', 'bpe']).default('character'),
    dModel: z.number().int().min(8).max(2048).default(512),
    heads: z.number().int().min(1).max(64).default(8),
    encoderLayers: z.number().int().min(0).max(24).default(2),
    decoderLayers: z.number().int().min(0).max(24).default(2),
    feedForward: z.number().int().min(8).max(8192).default(2048),
    activation: z.enum(['relu', 'gelu', 'tanh', 'sigmoid']).default('relu'),
    normalisation: z.enum(['pre', 'post']).default('pre'),
    positions: z.enum(['sinusoidal', 'learned']).default('sinusoidal'),
    dropout: z.number().min(0).max(0.9).default(0),
    /** Longest item in tokens; longer items are cut and counted. */
    maxTokens: z.number().int().min(8).max(1024).default(128),
    /**
     * What the model learns: `prefix-to-whole` gives a random prefix and asks for the whole item, `next-token` each next token of it;
     * a classifier learns one label an item, any number of labels, or a number (`regression`).
     */
    task: z.enum(TASKS).default('prefix-to-whole'),
    /**
     * Further tasks of the data that a classifier learns on the same encoder, each with a head of its own, whose loss times `weight` is added to that of
     * `task`. Criteria, early stopping and the best checkpoint follow `task`.
     */
    auxiliaryTasks: z
      .array(z.object({ name: taskName, weight: z.number().gt(0).max(1000).default(1) }))
      .max(MAX_TASKS)
      .default([]),
    loss: z.enum(['cross-entropy', 'binary-cross-entropy', 'mean-squared-error']).default('cross-entropy'),
    labelSmoothing: z.number().min(0).max(0.5).default(0),
    optimiser: z.enum(['adam', 'adamw', 'sgd', 'momentum']).default('adam'),
    learningRate: z.number().gt(0).max(10).default(0.001),
    schedule: z.enum(['constant', 'linear', 'warmup-cosine']).default('constant'),
    warmupSteps: z.number().int().min(0).max(1_000_000).default(0),
    /** L2 regularisation (decoupled with adamw). */
    weightDecay: z.number().min(0).max(1).default(0),
    /** L1 regularisation: this times the sign of each weight is added to its gradient. */
    l1: z.number().min(0).max(1).default(0),
    clipNorm: z.number().gt(0).max(1000).nullable().default(null),
    batchSize: z.number().int().min(1).max(512).default(1),
    /** Batches whose gradients are added up for one step of the optimiser. */
    gradientAccumulation: z.number().int().min(1).max(256).default(1),
    epochs: z.number().int().min(1).max(10_000).default(10),
    /** Evaluations without a better validation loss before the run stops; null trains all epochs. */
    earlyStoppingPatience: z.number().int().min(1).max(1000).nullable().default(null),
    /** Steps between evaluation points; null evaluates at each epoch's end. */
    evaluateEverySteps: z.number().int().min(1).max(1_000_000).nullable().default(null),
    checkpointEverySteps: z.number().int().min(1).max(1_000_000).nullable().default(null),
    samplePrompts: z.array(z.string().min(1).max(200)).max(8).default([]),
    /** A tokenizer of the project; `tokenizer` and `vocabularySize` then say what it is. Null learns one from the training items. */
    tokenizerId: id.nullable().default(null),
    /** A checkpoint of a model of the same shape whose weights the run begins with; null begins with random ones. */
    startFromArtifactId: id.nullable().default(null),
    /** Layers whose weights stay as they are: names or their beginnings, such as `embedding` or `encoder.0`. */
    frozenLayers: z
      .array(z.string().regex(/^[a-z][\p{L}\p{N}._-]{0,99}$/u))
      .max(100)
      .default([]),
    seed: z.number().int().min(0).max(2_147_483_647).default(1),
    /** `tfjs-node` runs operation by operation on TensorFlow's library, where a worker has it installed. */
    device: z.enum(['auto', 'cpu', 'webgpu', 'cuda', 'tfjs-node']).default('auto'),
  })
  .superRefine((settings, context) => {
    const contradiction = (path: string[], message: InBothLanguages) =>
      context.addIssue({ code: 'custom', path, ...saying(message) });
    if (settings.dModel % settings.heads !== 0)
      contradiction(['heads'], { en: 'dModel must be divisible by heads', zh: 'dModel 须能被 heads 整除' });
    if (settings.tokenizer === 'bpe' && settings.vocabularySize < SMALLEST_BPE_VOCABULARY)
      contradiction(['vocabularySize'], {
        en: `BPE needs at least ${SMALLEST_BPE_VOCABULARY} tokens: 256 bytes and 4 special tokens`,
        zh: `BPE 至少需要 ${SMALLEST_BPE_VOCABULARY} 个 token：256 个字节和 4 个特殊 token`,
      });
    if (settings.dModel % 2 !== 0) contradiction(['dModel'], { en: 'dModel must be even', zh: 'dModel 须为偶数' });
    const { architecture, task, loss } = settings;
    if (architecture !== 'decoder-only' && settings.encoderLayers < 1)
      contradiction(['encoderLayers'], { en: 'an encoder needs at least one layer', zh: '编码器至少需要一层' });
    if (architecture !== 'encoder-classifier' && settings.decoderLayers < 1)
      contradiction(['decoderLayers'], { en: 'a decoder needs at least one layer', zh: '解码器至少需要一层' });
    const tasks: readonly string[] = TASKS_OF_ARCHITECTURE[architecture];
    // Kept runs may say next-token for an encoder–decoder; `configurationProblems` keeps new ones from it.
    if (!tasks.includes(task) && !(architecture === 'encoder-decoder' && task === 'next-token'))
      contradiction(['task'], {
        en: `${architecture} learns ${tasks.join(' or ')}`,
        zh: `${architecture} 只能学习 ${tasks.join('、')}`,
      });
    if (loss !== lossOfTask(task))
      contradiction(['loss'], {
        en: `the loss of ${task} is ${lossOfTask(task)}`,
        zh: `${task} 的损失函数是 ${lossOfTask(task)}`,
      });
    const further = settings.auxiliaryTasks.map(({ name }) => name);
    if (further.length > 0 && architecture !== 'encoder-classifier')
      contradiction(['auxiliaryTasks'], {
        en: 'only an encoder-classifier has further heads',
        zh: '只有 encoder-classifier 有附加任务头',
      });
    if (new Set(further).size < further.length)
      contradiction(['auxiliaryTasks'], { en: 'two further tasks have the same name', zh: '有两个附加任务重名' });
    if (settings.frozenLayers.length > 0 && settings.startFromArtifactId === null) {
      contradiction(['frozenLayers'], {
        en: 'frozen layers need a checkpoint to start from: random weights would never learn',
        zh: '冻结的层需要从检查点开始：随机权重永远学不到东西',
      });
    }
  })
  .meta({ id: 'RunConfiguration' });

/** Every setting of a training run. */
export type RunConfiguration = z.infer<typeof runConfiguration>;
