import type { RunEventPayload } from '../../worker-protocol/events.ts';
import type { RunConfiguration } from './configuration.ts';
import type { RunState } from './contract.ts';

const ENDED: readonly RunState[] = ['finished', 'failed', 'cancelled'];

/** Whether a run has reached a state that it never leaves. */
export function hasEnded(state: RunState): boolean {
  return ENDED.includes(state);
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
const SPECIAL_SYMBOLS = 4;

/** Number of trainable values of a Transformer with these settings over `symbols` different characters. */
export function parameterCount(settings: RunConfiguration, symbols: number): number {
  const { dModel, feedForward, encoderLayers, decoderLayers, maxTokens } = settings;
  const vocabulary = Math.min(settings.vocabularySize, symbols + SPECIAL_SYMBOLS);
  const hasEncoder = settings.architecture === 'encoder-decoder';
  const attention = 4 * dModel * (dModel + 1);
  const feedForwardPart = dModel * feedForward * 2 + feedForward + dModel;
  const norm = 2 * dModel;
  const encoderLayer = attention + feedForwardPart + 2 * norm;
  const decoderLayer = (hasEncoder ? 2 * attention + 3 * norm : attention + 2 * norm) + feedForwardPart;
  // Encoder and decoder share one embedding; pre-norm stacks end in a norm of their own.
  const embedding = vocabulary * dModel;
  const finalNorms = settings.normalisation === 'pre' ? norm * (hasEncoder ? 2 : 1) : 0;
  const positions = settings.positions === 'learned' ? maxTokens * dModel * (hasEncoder ? 2 : 1) : 0;
  const output = vocabulary * (dModel + 1);
  const encoder = hasEncoder ? encoderLayers * encoderLayer : 0;
  return embedding + positions + encoder + decoderLayers * decoderLayer + finalNorms + output;
}

/** Why settings cannot be trained on a dataset version; empty where they can. */
export function configurationProblems(
  settings: RunConfiguration,
  data: { trainItems: number; distinctCharacters: number },
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  if (settings.architecture === 'encoder-decoder' && settings.task !== 'prefix-to-whole') {
    problems.push({ field: 'configuration.task', message: 'an encoder-decoder learns the task prefix-to-whole' });
  }
  const parameters = parameterCount(settings, data.distinctCharacters);
  if (parameters > MAX_PARAMETERS) {
    const message = `the model would have ${parameters} parameters, more than ${MAX_PARAMETERS}`;
    problems.push({ field: 'configuration.dModel', message });
  }
  const steps = Math.ceil(data.trainItems / settings.batchSize) * settings.epochs;
  if (steps > MAX_STEPS) {
    problems.push({
      field: 'configuration.epochs',
      message: `the run would take ${steps} steps, more than ${MAX_STEPS}`,
    });
  }
  return problems;
}
