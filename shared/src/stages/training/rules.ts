import { chinese } from '../../api/chinese-text.ts';
import type { LocalizedText } from '../../api/localized-text.ts';
import type { RunEventPayload } from '../../worker-protocol/events.ts';
import type { DatasetTask, LabelKind } from '../data/content.ts';
import { SMALLEST_BPE_VOCABULARY, type RunConfiguration, type Task } from './configuration.ts';
import { ENDED_RUN_STATES, type Artifact, type RunState } from './contract.ts';
import { outputsOfHead, taskHeadsOf, type TaskHead } from './heads.ts';
import { belongsToLayer, frozenParts, layersToFreeze, outputLayerOfHead } from './layers.ts';

/** Whether a run has reached a state that it never leaves. */
export function hasEnded(state: RunState): boolean {
  return ENDED_RUN_STATES.includes(state);
}

/**
 * The newest checkpoint that is known to be good where training failed at a step: the next step from it still succeeded.
 * One written right before the failed step holds the very parameters that failed; null where no other was kept.
 */
export function lastGoodCheckpoint<File extends Pick<Artifact, 'kind' | 'step'>>(
  artifacts: readonly File[],
  failedStep: number,
): File | null {
  const good = artifacts.filter(({ kind, step }) => kind === 'checkpoint' && step !== null && step < failedStep - 1);
  return good.toSorted((a, b) => (b.step ?? 0) - (a.step ?? 0))[0] ?? null;
}

/** State of a run after its worker reported something; a run that has ended stays as it is, whatever comes late. */
export function stateAfter(state: RunState, reported: RunEventPayload['type']): RunState {
  if (hasEnded(state)) return state;
  if (reported === 'finished' || reported === 'failed' || reported === 'cancelled') return reported;
  if (reported === 'evaluating') return 'evaluating';
  return reported === 'started' ? 'running' : state;
}

/** Claims in a row without one new point after which a run is given up: it takes each worker down at the same place. */
export const MAX_FRUITLESS_ATTEMPTS = 5;

/** What becomes of a run whose worker is gone: cancelled where that was asked, given up where it never gets on, else queued. */
export function stateAfterLostWorker(run: { cancelRequested: boolean; fruitlessAttempts: number }): RunState {
  if (run.cancelRequested) return 'cancelled';
  return run.fruitlessAttempts >= MAX_FRUITLESS_ATTEMPTS ? 'failed' : 'queued';
}

/** What a wish to cancel does: ends a waiting run at once, asks the worker of a running one, and is too late afterwards. */
export function cancelDecision(state: RunState): 'cancel-now' | 'ask-worker' | 'too-late' {
  if (hasEnded(state)) return 'too-late';
  return state === 'queued' ? 'cancel-now' : 'ask-worker';
}

/** A setting that does not fit the data or the machine. */
export interface ConfigurationProblem {
  readonly field: string;
  readonly message: Required<LocalizedText>;
}

/** Largest model that can be trained: four float32 values per parameter in 4 GiB of addressable memory. */
const MAX_PARAMETERS = 250_000_000;

const MAX_STEPS = 2_000_000_000;
export const SPECIAL_SYMBOLS = 4;

/** Bytes of a character in UTF-8, at most. */
const BYTES_PER_CHARACTER = 4;

/**
 * Ids that the tokenizer of a run has at most; infinite sizes of data give the limit that was set. Each merge that is learned makes the texts a symbol shorter
 * at least, so that texts of n symbols give fewer than n merges.
 */
export function vocabularyBound(
  settings: Pick<RunConfiguration, 'tokenizer' | 'vocabularySize' | 'tokenizerId'>,
  { characters, distinctCharacters }: Pick<TrainingData, 'characters' | 'distinctCharacters'>,
): number {
  // One that was chosen may know more than this data has.
  if (settings.tokenizerId !== null) return settings.vocabularySize;
  const bounds = {
    character: SPECIAL_SYMBOLS + distinctCharacters,
    // A character at the beginning of a word and inside words are two symbols.
    wordpiece: SPECIAL_SYMBOLS + 2 * distinctCharacters + characters,
    bpe: SMALLEST_BPE_VOCABULARY + BYTES_PER_CHARACTER * characters,
  };
  return Math.min(settings.vocabularySize, bounds[settings.tokenizer]);
}

/** Number of trainable values of a Transformer with these settings over a vocabulary of so many ids, `labels` classes and further heads. */
export function parameterCount(
  settings: RunConfiguration,
  vocabulary: number,
  labels = 0,
  heads: readonly TaskHead[] = [],
): number {
  const { architecture, dModel, feedForward, encoderLayers, decoderLayers, maxTokens } = settings;
  const [hasEncoder, hasDecoder] = [architecture !== 'decoder-only', architecture !== 'encoder-classifier'];
  const stacks = Number(hasEncoder) + Number(hasDecoder);
  const attention = 4 * dModel * (dModel + 1);
  const feedForwardPart = dModel * feedForward * 2 + feedForward + dModel;
  const norm = 2 * dModel;
  const encoderLayer = attention + feedForwardPart + 2 * norm;
  const decoderLayer = (hasEncoder ? 2 * attention + 3 * norm : attention + 2 * norm) + feedForwardPart;
  // Encoder and decoder share one embedding; pre-norm stacks end in a norm of their own.
  const embedding = vocabulary * dModel;
  const finalNorms = settings.normalisation === 'pre' ? norm * stacks : 0;
  // A classifier's item carries the begin sign, a decoder's the begin or end sign on top of the longest item.
  const positions = settings.positions === 'learned' ? dModel * (maxTokens * stacks + 1) : 0;
  const pooler = hasDecoder ? 0 : dModel * (dModel + 1);
  const further = heads.reduce((sum, head) => sum + outputsOfHead(head), 0);
  const output = (hasDecoder ? vocabulary : outputsOf(settings.task, labels) + further) * (dModel + 1);
  const encoder = hasEncoder ? encoderLayers * encoderLayer : 0;
  const decoder = hasDecoder ? decoderLayers * decoderLayer : 0;
  return embedding + positions + encoder + decoder + finalNorms + pooler + output;
}

/** How many numbers a classifier gives for an item: one for each label, or one value. */
function outputsOf(task: Task, labels: number): number {
  return task === 'regression' ? 1 : labels;
}

/** The labels that items must have for a task. */
const LABELS_OF_TASK: Partial<Record<Task, readonly LabelKind[]>> = {
  'single-label': ['single'],
  'multi-label': ['single', 'multiple'],
  regression: ['value'],
};

const LABELS_IN_WORDS = {
  none: { en: 'no labels', zh: '没有标签' },
  single: { en: 'one label each', zh: '有一个标签' },
  multiple: { en: 'any number of labels each', zh: '有任意多个标签' },
  value: { en: 'a number each', zh: '有一个数值' },
} as const satisfies Record<LabelKind, Required<LocalizedText>>;

/** What the rules need to know of a dataset version. */
export interface TrainingData {
  readonly trainItems: number;
  /** Code points of all items. */
  readonly characters: number;
  readonly distinctCharacters: number;
  readonly labelKind: LabelKind;
  /** Number of different labels. */
  readonly labels: number;
  /** What the items are labelled with besides. */
  readonly tasks: readonly DatasetTask[];
}

function labelProblems({ task }: RunConfiguration, data: TrainingData): ConfigurationProblem[] {
  const wanted = LABELS_OF_TASK[task];
  if (wanted === undefined) return [];
  if (!wanted.includes(data.labelKind)) {
    const has = LABELS_IN_WORDS[data.labelKind];
    const message = {
      en: `This task needs items with ${wanted.map((kind) => LABELS_IN_WORDS[kind].en).join(' or ')}, and those of this data version have ${has.en}. Choose a data version with such labels, or another task.`,
      zh: `该任务要求每个条目${wanted.map((kind) => LABELS_IN_WORDS[kind].zh).join('或')}，而此数据版本的条目${has.zh}。请选择带有这类标签的数据版本，或换一个任务。`,
    };
    return [{ field: 'configuration.task', message }];
  }
  const least = task === 'single-label' ? 2 : task === 'multi-label' ? 1 : 0;
  if (data.labels < least) {
    const message = {
      en: `This task needs at least ${least} different labels, and this data version has ${data.labels}. Choose another data version.`,
      zh: chinese`该任务至少需要 ${least} 种不同的标签，而此数据版本有 ${data.labels} 种。请选择其他数据版本。`,
    };
    return [{ field: 'datasetVersionId', message }];
  }
  return [];
}

function taskProblems(settings: RunConfiguration, { tasks }: TrainingData): ConfigurationProblem[] {
  const field = 'configuration.auxiliaryTasks';
  const heads = taskHeadsOf(settings, tasks);
  const names = tasks.map(({ name }) => name);
  return settings.auxiliaryTasks.flatMap(({ name }): ConfigurationProblem[] => {
    const head = heads.find((one) => one.name === name);
    if (head === undefined) {
      const message = {
        en: `The data version has no task ${name}; its tasks: ${names.join(', ') || 'none'}.`,
        zh: chinese`此数据版本没有任务 ${name}；已有任务：${names.join('、') || '无'}。`,
      };
      return [{ field, message }];
    }
    const least = { 'single-label': 2, 'multi-label': 1, regression: 0 }[head.task];
    if (head.labels.length >= least) return [];
    const message = {
      en: `Task ${name} needs at least ${least} different labels, and the data version has ${head.labels.length}.`,
      zh: chinese`任务 ${name} 至少需要 ${least} 种不同的标签，而此数据版本有 ${head.labels.length} 种。`,
    };
    return [{ field, message }];
  });
}

/** Steps of the optimiser in an epoch over so many items. */
export function stepsPerEpoch(
  settings: Pick<RunConfiguration, 'batchSize' | 'gradientAccumulation'>,
  items: number,
): number {
  return Math.ceil(Math.ceil(items / settings.batchSize) / settings.gradientAccumulation);
}

/** Settings that decide the shape of a model or what its numbers mean. */
const SHAPE_SETTINGS = [
  'architecture',
  'task',
  'tokenizer',
  'dModel',
  'heads',
  'encoderLayers',
  'decoderLayers',
  'feedForward',
  'activation',
  'normalisation',
  'positions',
] as const satisfies readonly (keyof RunConfiguration)[];

/** Whether a setting decides the shape of a model, so that a run that begins with a checkpoint must have it as that has. */
export function isShapeSetting(name: keyof RunConfiguration): boolean {
  return (SHAPE_SETTINGS as readonly string[]).includes(name);
}

/** The labels that a run learns from. */
export interface RunLabels {
  readonly labels: readonly string[];
  readonly tasks: readonly DatasetTask[];
}

/** What a head answers, in one line; two heads with the same one have the same shape and classes. */
function answersLine({ task, labels }: { readonly task: Task; readonly labels: readonly string[] }): string {
  return JSON.stringify(task === 'regression' ? [task] : [task, ...labels]);
}

/**
 * The heads of a classifier that begin with random weights where the run takes over a checkpoint: those of which the checkpoint has none
 * for the same task by name with the same kind and list of classes; null stands for the first head, which has no name.
 */
export function newHeadsOf(
  settings: RunConfiguration,
  { labels, tasks }: RunLabels,
  base: RunLabels & { configuration: RunConfiguration },
): (string | null)[] {
  if (settings.architecture !== 'encoder-classifier') return [];
  const first = answersLine({ task: settings.task, labels });
  const isFirstNew = first !== answersLine({ task: base.configuration.task, labels: base.labels });
  const known = new Map(taskHeadsOf(base.configuration, base.tasks).map((head) => [head.name, answersLine(head)]));
  const further = taskHeadsOf(settings, tasks).filter((head) => known.get(head.name) !== answersLine(head));
  return [...(isFirstNew ? [null] : []), ...further.map(({ name }) => name)];
}

/** Why a run cannot begin with a checkpoint: settings in which its model differs, apart from a classifier's heads, or a new head that is frozen. */
export function startProblems(
  settings: RunConfiguration,
  labels: RunLabels,
  base: RunLabels & { configuration: RunConfiguration },
): ConfigurationProblem[] {
  const isClassifier = settings.architecture === 'encoder-classifier';
  type Compared = Exclude<keyof RunConfiguration, 'auxiliaryTasks'>;
  const differs = (name: Compared) => settings[name] !== base.configuration[name];
  const unused = settings.architecture === 'decoder-only' ? 'encoderLayers' : 'decoderLayers';
  const compared = SHAPE_SETTINGS.filter(
    (name) => (settings.architecture === 'encoder-decoder' || name !== unused) && !(isClassifier && name === 'task'),
  );
  const names = compared.filter(differs) as Compared[];
  if (settings.positions === 'learned' && differs('maxTokens')) names.push('maxTokens');
  const problems = names.map((name) => ({
    field: `configuration.${name}`,
    message: {
      en: `The checkpoint's model has ${String(base.configuration[name])}.`,
      zh: chinese`检查点的模型为 ${String(base.configuration[name])}。`,
    },
  }));
  const frozen = newHeadsOf(settings, labels, base)
    .map(outputLayerOfHead)
    .find((layer) =>
      ['weight', 'bias'].some((part) => settings.frozenLayers.some((name) => belongsToLayer(`${layer}.${part}`, name))),
    );
  if (frozen === undefined) return problems;
  const message = {
    en: `${frozen} is frozen, but the checkpoint has no such head: it would never learn.`,
    zh: chinese`${frozen} 已冻结，但检查点没有这个输出头：它将永远学不到东西。`,
  };
  return [...problems, { field: 'configuration.frozenLayers', message }];
}

function frozenProblems(settings: RunConfiguration): ConfigurationProblem[] {
  const field = 'configuration.frozenLayers';
  const { unknown, isAll } = frozenParts(settings);
  if (unknown.length > 0) {
    const message = {
      en: `The model has no layer ${unknown.join(', ')}; its layers: ${layersToFreeze(settings).join(', ')}.`,
      zh: chinese`模型没有层 ${unknown.join('、')}；已有的层：${layersToFreeze(settings).join('、')}。`,
    };
    return [{ field, message }];
  }
  const message = { en: 'All layers are frozen: nothing can learn.', zh: '所有层都已冻结，无法学到任何东西。' };
  return isAll ? [{ field, message }] : [];
}

/** Why settings cannot be trained on a dataset version; empty where they can. */
export function configurationProblems(settings: RunConfiguration, data: TrainingData): ConfigurationProblem[] {
  const problems = [...labelProblems(settings, data), ...taskProblems(settings, data), ...frozenProblems(settings)];
  if (settings.architecture === 'encoder-decoder' && settings.task !== 'prefix-to-whole') {
    problems.push({
      field: 'configuration.task',
      message: {
        en: 'An encoder–decoder learns the task prefix-to-whole.',
        zh: '编码器–解码器学习的任务是“由前缀补全全文”。',
      },
    });
  }
  const heads = taskHeadsOf(settings, data.tasks);
  const parameters = parameterCount(settings, vocabularyBound(settings, data), data.labels, heads);
  if (parameters > MAX_PARAMETERS) {
    const message = {
      en: `The model would have ${parameters} parameters, and at most ${MAX_PARAMETERS} can be trained. Choose a smaller d_model, fewer layers or a smaller vocabulary.`,
      zh: chinese`模型将有 ${parameters} 个参数，最多只能训练 ${MAX_PARAMETERS} 个。请减小 d_model、层数或词表。`,
    };
    problems.push({ field: 'configuration.dModel', message });
  }
  const steps = stepsPerEpoch(settings, data.trainItems) * settings.epochs;
  if (steps > MAX_STEPS) {
    const message = {
      en: `The run would take ${steps} steps, and at most ${MAX_STEPS} are possible. Choose fewer epochs or a larger batch.`,
      zh: chinese`训练将需要 ${steps} 步，最多 ${MAX_STEPS} 步。请减少训练轮数或增大批大小。`,
    };
    problems.push({ field: 'configuration.epochs', message });
  }
  return problems;
}
