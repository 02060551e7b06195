import { CheckpointError, NonFiniteLossError } from '../training/errors.ts';
import type { RunFailure } from './thread-protocol.ts';

/** The configuration names a combination that cannot be trained; the message says which and what to choose instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** What the page says about an error: code, what happened and was kept, what to try. Never a stack. */
export function runFailureOf(error: unknown): RunFailure {
  if (error instanceof NonFiniteLossError) {
    return {
      code: 'non-finite-loss',
      message: `Training became numerically unstable. ${error.message}. The last checkpoint and all points are kept.`,
      advice: 'Lower the learning rate, add warm-up steps, or set a gradient clipping norm of 1, and start a new run.',
    };
  }
  if (error instanceof CheckpointError) {
    return {
      code: 'checkpoint-unusable',
      message: 'The checkpoint to go on from could not be used. The points of the run are kept.',
      advice: 'Start the run again; it begins from new parameters.',
    };
  }
  if (error instanceof ConfigurationError) {
    return {
      code: 'invalid-configuration',
      message: `${error.message} Nothing was trained.`,
      advice: 'Change that setting and start a new run.',
    };
  }
  if (isOutOfMemory(error)) {
    return {
      code: 'out-of-memory',
      message: 'The model with its batch needs more memory than the worker has. The last checkpoint is kept.',
      advice: 'Choose a smaller batch, fewer or narrower layers, or a worker with more memory.',
    };
  }
  return {
    code: 'worker-error',
    message: 'The worker met an unexpected error while it worked on the run. Checkpoints and points are kept.',
    advice: 'Look at the worker’s own output for the cause, then start the run again.',
  };
}

function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof Error &&
    /out of memory|bad_alloc|allocation failed|could not allocate|failed to allocate/i.test(error.message)
  );
}
