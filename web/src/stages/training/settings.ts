import {
  LARGEST_VOCABULARY,
  lossOfTask,
  SMALLEST_VOCABULARY,
  TASKS,
  TASKS_OF_ARCHITECTURE,
  type RunConfiguration,
} from '@greenlight/shared/stages/training/configuration.ts';

/** The name of a setting of a run. */
export type SettingName = keyof RunConfiguration;

/** How a setting is asked for: a number between limits, one of several choices, or something of its own. */
export type SettingField =
  | {
      readonly kind: 'number';
      readonly name: SettingName;
      readonly low: number;
      readonly high: number;
      readonly isWhole: boolean;
      /** True where the low limit itself is not allowed. */
      readonly isAbove?: boolean;
      /** What an empty field means, where the setting may be empty. */
      readonly empty?: 'off' | 'automatic';
    }
  | { readonly kind: 'choice'; readonly name: SettingName; readonly choices: readonly Choice[] }
  | { readonly kind: 'prompts'; readonly name: 'samplePrompts' }
  | { readonly kind: 'layers'; readonly name: 'frozenLayers' }
  | { readonly kind: 'checkpoint'; readonly name: 'startFromArtifactId' }
  | { readonly kind: 'tasks'; readonly name: 'auxiliaryTasks' }
  | { readonly kind: 'tokenizer'; readonly name: 'tokenizerId' };

/** A choice of a setting, by its name in the contract. */
export type Choice = Extract<RunConfiguration[Exclude<SettingName, 'startFromArtifactId' | 'tokenizerId'>], string>;

function whole(name: SettingName, low: number, high: number, empty?: 'off' | 'automatic'): SettingField {
  return { kind: 'number', name, low, high, isWhole: true, ...(empty ? { empty } : {}) };
}

function share(name: SettingName, low: number, high: number): SettingField {
  return { kind: 'number', name, low, high, isWhole: false };
}

function choice(name: SettingName, ...choices: readonly Choice[]): SettingField {
  return { kind: 'choice', name, choices };
}

/** Every setting in the groups and the order that the form and the run page show them in. */
export const SETTING_GROUPS = [
  {
    group: 'model',
    fields: [
      choice('architecture', 'encoder-decoder', 'decoder-only', 'encoder-classifier'),
      choice('task', ...TASKS),
      { kind: 'tasks', name: 'auxiliaryTasks' },
      whole('dModel', 8, 2048),
      whole('heads', 1, 64),
      whole('encoderLayers', 0, 24),
      whole('decoderLayers', 0, 24),
      whole('feedForward', 8, 8192),
      choice('activation', 'relu', 'gelu', 'tanh', 'sigmoid'),
      choice('normalisation', 'pre', 'post'),
      choice('positions', 'sinusoidal', 'learned'),
      { kind: 'tokenizer', name: 'tokenizerId' },
      choice('tokenizer', 'character', 'wordpiece', 'bpe'),
      whole('vocabularySize', SMALLEST_VOCABULARY, LARGEST_VOCABULARY),
      whole('maxTokens', 8, 1024),
      { kind: 'checkpoint', name: 'startFromArtifactId' },
      { kind: 'layers', name: 'frozenLayers' },
    ],
  },
  {
    group: 'learning',
    fields: [
      choice('loss', 'cross-entropy', 'binary-cross-entropy', 'mean-squared-error'),
      choice('optimiser', 'adam', 'adamw', 'sgd', 'momentum'),
      { kind: 'number', name: 'learningRate', low: 0, high: 10, isWhole: false, isAbove: true },
      whole('batchSize', 1, 512),
      whole('gradientAccumulation', 1, 256),
      whole('epochs', 1, 10_000),
      choice('schedule', 'constant', 'linear', 'warmup-cosine'),
      whole('warmupSteps', 0, 1_000_000),
      share('dropout', 0, 0.9),
      share('l1', 0, 1),
      share('weightDecay', 0, 1),
      share('labelSmoothing', 0, 0.5),
      { kind: 'number', name: 'clipNorm', low: 0, high: 1000, isWhole: false, isAbove: true, empty: 'off' },
      whole('earlyStoppingPatience', 1, 1000, 'off'),
      whole('seed', 0, 2_147_483_647),
      choice('device', 'auto', 'cpu', 'webgpu', 'cuda', 'tfjs-node'),
    ],
  },
  {
    group: 'watching',
    fields: [
      whole('evaluateEverySteps', 1, 1_000_000, 'automatic'),
      whole('checkpointEverySteps', 1, 1_000_000, 'automatic'),
      { kind: 'prompts', name: 'samplePrompts' },
    ],
  },
] as const satisfies readonly { readonly group: string; readonly fields: readonly SettingField[] }[];

/** Settings that say nothing for an architecture or task; the form leaves them out. */
const UNUSED: Record<RunConfiguration['architecture'], readonly SettingName[]> = {
  'encoder-decoder': ['auxiliaryTasks'],
  'decoder-only': ['encoderLayers', 'auxiliaryTasks'],
  'encoder-classifier': ['decoderLayers', 'samplePrompts'],
};

/** Whether a setting means something with the architecture, the start and the tokenizer that are chosen. */
export function isUsed(name: SettingName, settings: Partial<RunConfiguration>): boolean {
  const { architecture, startFromArtifactId, tokenizerId } = settings;
  // A checkpoint brings its tokenizer, and one that was chosen says itself what it is.
  if (name === 'tokenizerId') return startFromArtifactId == null;
  if (name === 'tokenizer' || name === 'vocabularySize') return tokenizerId == null;
  if (name === 'frozenLayers') return startFromArtifactId !== null && startFromArtifactId !== undefined;
  return architecture === undefined || !UNUSED[architecture].includes(name);
}

/**
 * What else changes with a setting: an architecture brings its task and no further heads where it has none, a task its loss, a fresh start no
 * frozen layers, a checkpoint its tokenizer.
 */
export function consequences(
  changed: Partial<RunConfiguration>,
  { task }: Partial<RunConfiguration>,
): Partial<RunConfiguration> {
  const { architecture } = changed;
  if (architecture !== undefined) {
    const tasks: readonly RunConfiguration['task'][] = TASKS_OF_ARCHITECTURE[architecture];
    const next = task !== undefined && tasks.includes(task) ? task : (tasks[0] ?? 'next-token');
    const heads = architecture === 'encoder-classifier' ? {} : { auxiliaryTasks: [] };
    return { task: next, loss: lossOfTask(next), ...heads };
  }
  if (changed.task !== undefined) return { loss: lossOfTask(changed.task) };
  if (changed.startFromArtifactId === undefined) return {};
  return changed.startFromArtifactId === null ? { frozenLayers: [] } : { tokenizerId: null };
}
