import { chinese } from '../../../api/chinese-text.ts';
import type { InBothLanguages } from '../../../api/localized-text.ts';
import type { MetricId } from '../../../metrics/registry.ts';
import { lossOfTask, type RunConfiguration, type Task } from '../configuration.ts';
import { isShapeSetting } from '../rules.ts';

interface SweptSetting extends InBothLanguages {
  /** A whole number, a number, or one of several words. */
  readonly kind: 'whole' | 'number' | 'choice';
}

/**
 * Settings that a sweep may vary, with the words that names of runs use. Those that change what the validation loss is measured on are left out (tokenizer,
 * vocabulary, longest item, task): runs that differ in them cannot be ranked by one number.
 */
export const SWEPT_SETTINGS = {
  learningRate: { kind: 'number', en: 'learning rate', zh: '学习率' },
  batchSize: { kind: 'whole', en: 'batch size', zh: '批大小' },
  epochs: { kind: 'whole', en: 'epochs', zh: '训练轮数' },
  dropout: { kind: 'number', en: 'dropout', zh: 'dropout' },
  optimiser: { kind: 'choice', en: 'optimiser', zh: '优化器' },
  schedule: { kind: 'choice', en: 'schedule', zh: '学习率调度' },
  warmupSteps: { kind: 'whole', en: 'warm-up steps', zh: '预热步数' },
  weightDecay: { kind: 'number', en: 'L2', zh: 'L2' },
  l1: { kind: 'number', en: 'L1', zh: 'L1' },
  labelSmoothing: { kind: 'number', en: 'label smoothing', zh: '标签平滑' },
  clipNorm: { kind: 'number', en: 'gradient clipping', zh: '梯度裁剪' },
  gradientAccumulation: { kind: 'whole', en: 'gradient accumulation', zh: '梯度累积' },
  dModel: { kind: 'whole', en: 'd_model', zh: 'd_model' },
  heads: { kind: 'whole', en: 'heads', zh: '注意力头数' },
  encoderLayers: { kind: 'whole', en: 'encoder layers', zh: '编码器层数' },
  decoderLayers: { kind: 'whole', en: 'decoder layers', zh: '解码器层数' },
  feedForward: { kind: 'whole', en: 'feed-forward width', zh: '前馈层宽度' },
  activation: { kind: 'choice', en: 'activation', zh: '激活函数' },
  normalisation: { kind: 'choice', en: 'normalisation', zh: '归一化位置' },
  positions: { kind: 'choice', en: 'positions', zh: '位置编码' },
  seed: { kind: 'whole', en: 'seed', zh: '随机种子' },
} as const satisfies Partial<Record<keyof RunConfiguration, SweptSetting>>;

/** The name of a setting that a sweep may vary. */
export type SweptName = keyof typeof SWEPT_SETTINGS;

type ChoiceName = {
  [Name in SweptName]: (typeof SWEPT_SETTINGS)[Name]['kind'] extends 'choice' ? Name : never;
}[SweptName];

/** The values of choices in words, as the pages have them. */
const CHOICE_WORDS: { readonly [Name in ChoiceName]: Readonly<Record<RunConfiguration[Name], InBothLanguages>> } = {
  optimiser: {
    adam: { en: 'Adam', zh: 'Adam' },
    adamw: { en: 'AdamW', zh: 'AdamW' },
    sgd: { en: 'SGD', zh: 'SGD' },
    momentum: { en: 'Momentum', zh: '动量法' },
  },
  schedule: {
    constant: { en: 'Constant', zh: '恒定' },
    linear: { en: 'Linear decay', zh: '线性衰减' },
    'warmup-cosine': { en: 'Warm-up, then cosine', zh: '预热后余弦衰减' },
  },
  activation: {
    relu: { en: 'ReLU', zh: 'ReLU' },
    gelu: { en: 'GELU', zh: 'GELU' },
    tanh: { en: 'tanh', zh: 'tanh' },
    sigmoid: { en: 'Sigmoid', zh: 'Sigmoid' },
  },
  normalisation: {
    pre: { en: 'Before each part', zh: '各子层之前' },
    post: { en: 'After each part', zh: '各子层之后' },
  },
  positions: {
    sinusoidal: { en: 'Sinusoidal', zh: '正弦' },
    learned: { en: 'Learned', zh: '可学习' },
  },
};

/** The value of a setting in words: a number as it is, a choice as the pages name it. */
export function settingWords(name: SweptName, value: number | string): InBothLanguages {
  const choices: Readonly<Record<string, Readonly<Record<string, InBothLanguages>>>> = CHOICE_WORDS;
  return choices[name]?.[value] ?? { en: String(value), zh: String(value) };
}

/** What is said of a value that a setting cannot have. */
export function notPossible(name: SweptName, wanted: number | string): InBothLanguages {
  const { en, zh } = SWEPT_SETTINGS[name];
  return {
    en: `${en} cannot be ${wanted}; give a value that the form of a run allows`,
    zh: chinese`${zh}不能为 ${wanted}；请填写训练设置中允许的值`,
  };
}

/** The names of all settings that a sweep may vary, in the order in which they are offered. */
export const SWEPT_NAMES = Object.keys(SWEPT_SETTINGS) as readonly SweptName[] as [SweptName, ...SweptName[]];

/** The settings by which it is known whether varying another one changes anything. */
export type SweptBase = Pick<RunConfiguration, 'architecture' | 'task' | 'auxiliaryTasks' | 'startFromArtifactId'>;

/** Why varying a setting of such a run would not give different models; undefined where it would. */
export function whyNotSwept(name: SweptName, base: SweptBase): InBothLanguages | undefined {
  const { architecture, task, auxiliaryTasks, startFromArtifactId } = base;
  const { en, zh } = SWEPT_SETTINGS[name];
  const isUnused =
    (name === 'encoderLayers' && architecture === 'decoder-only') ||
    (name === 'decoderLayers' && architecture === 'encoder-classifier');
  if (isUnused)
    return {
      en: `varying ${en} changes nothing in ${architecture}; choose another setting`,
      zh: chinese`${zh}对 ${architecture} 没有作用；请改选其他设置`,
    };
  // A further head may learn one label an item, whatever the first one learns.
  if (name === 'labelSmoothing' && lossOfTask(task) !== 'cross-entropy' && auxiliaryTasks.length === 0)
    return {
      en: `varying ${en} changes nothing in ${task}; choose another setting`,
      zh: chinese`${zh}对 ${task} 没有作用；请改选其他设置`,
    };
  if (startFromArtifactId !== null && isShapeSetting(name))
    return {
      en: `${en} cannot vary: the checkpoint that the runs begin with decides it; vary another setting, or begin with random weights`,
      zh: chinese`${zh}由作为起点的检查点决定，不能变化；请改选其他设置，或从随机权重开始`,
    };
  return undefined;
}

/** Whether varying a setting of such a run gives different models. */
export function isSwept(name: SweptName, base: SweptBase): boolean {
  return whyNotSwept(name, base) === undefined;
}

const OF_CLASSES = ['loss', 'accuracy', 'f1-macro', 'auc-micro', 'auc-macro'] as const;

/** The numbers of the validation split that runs of a task report, and that a sweep may rank them by; the first is the usual one. */
const OBJECTIVES_OF_TASK = {
  'prefix-to-whole': OF_CLASSES,
  'next-token': OF_CLASSES,
  'single-label': OF_CLASSES,
  'multi-label': ['loss', 'subset-accuracy', 'f1-macro', 'auc-micro', 'auc-macro'],
  regression: ['mean-squared-error', 'mean-absolute-error', 'r-squared'],
} as const satisfies Record<Task, readonly MetricId[]>;

/** A number that a sweep may rank its runs by. */
export type Objective = (typeof OBJECTIVES_OF_TASK)[Task][number];

/** Every number that a sweep of some task may rank its runs by. */
export const OBJECTIVES = [...new Set(Object.values(OBJECTIVES_OF_TASK).flat())] as [Objective, ...Objective[]];

/** The numbers that a sweep of a task may rank its runs by; the first is the usual one. */
export function objectivesOf(task: Task): readonly Objective[] {
  return OBJECTIVES_OF_TASK[task];
}

/** The name of the series in which runs report an objective. */
export function seriesOfObjective(objective: Objective): string {
  return `validation/${objective}`;
}
