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
  readonly message: string;
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
    const message = `${task} needs items with ${wanted.join(' or ')} labels, the data has ${data.labelKind}`;
    return [{ field: 'configuration.task', message }];
  }
  if (task === 'single-label' && data.labels < 2) {
    return [{ field: 'datasetVersionId', message: 'a classifier needs items of at least two labels' }];
  }
  if (task === 'multi-label' && data.labels < 1) {
    return [{ field: 'datasetVersionId', message: 'a classifier needs items with labels, none of the data has any' }];
  }
  return [];
}

function taskProblems(settings: RunConfiguration, { tasks }: TrainingData): ConfigurationProblem[] {
  const field = 'configuration.auxiliaryTasks';
  const heads = taskHeadsOf(settings, tasks);
  const known = tasks.map(({ name }) => name).join(', ') || 'none';
  return settings.auxiliaryTasks.flatMap(({ name }): ConfigurationProblem[] => {
    const head = heads.find((one) => one.name === name);
    if (head === undefined) return [{ field, message: `the data has no task ${name}; its tasks: ${known}` }];
    const least = { 'single-label': 2, 'multi-label': 1, regression: 0 }[head.task];
    return head.labels.length >= least
      ? []
      : [{ field, message: `task ${name} needs at least ${least} labels, the data has ${head.labels.length}` }];
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
    message: `the checkpoint's model has ${String(base.configuration[name])}`,
  }));
  const frozen = newHeadsOf(settings, labels, base)
    .map(outputLayerOfHead)
    .find((layer) =>
      ['weight', 'bias'].some((part) => settings.frozenLayers.some((name) => belongsToLayer(`${layer}.${part}`, name))),
    );
  if (frozen === undefined) return problems;
  const message = `${frozen} is frozen, but the checkpoint has no such head: it would never learn`;
  return [...problems, { field: 'configuration.frozenLayers', message }];
}

function frozenProblems(settings: RunConfiguration): ConfigurationProblem[] {
  const field = 'configuration.frozenLayers';
  const { unknown, isAll } = frozenParts(settings);
  if (unknown.length > 0) {
    const message = `the model has no layer ${unknown.join(', ')}; its layers: ${layersToFreeze(settings).join(', ')}`;
    return [{ field, message }];
  }
  return isAll ? [{ field, message: 'all layers are frozen: nothing can learn' }] : [];
}

/** Why settings cannot be trained on a dataset version; empty where they can. */
export function configurationProblems(settings: RunConfiguration, data: TrainingData): ConfigurationProblem[] {
  const problems = [...labelProblems(settings, data), ...taskProblems(settings, data), ...frozenProblems(settings)];
  if (settings.architecture === 'encoder-decoder' && settings.task !== 'prefix-to-whole') {
    problems.push({ field: 'configuration.task', message: 'an encoder-decoder learns the task prefix-to-whole' });
  }
  const heads = taskHeadsOf(settings, data.tasks);
  const parameters = parameterCount(settings, vocabularyBound(settings, data), data.labels, heads);
  if (parameters > MAX_PARAMETERS) {
    const message = `the model would have ${parameters} parameters, more than ${MAX_PARAMETERS}`;
    problems.push({ field: 'configuration.dModel', message });
  }
  const steps = stepsPerEpoch(settings, data.trainItems) * settings.epochs;
  if (steps > MAX_STEPS) {
    problems.push({
      field: 'configuration.epochs',
      message: `the run would take ${steps} steps, more than ${MAX_STEPS}`,
    });
  }
  return problems;
}
