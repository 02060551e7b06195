import type { RunConfiguration } from '../configuration.ts';
import { MOMENTS } from './memory.ts';

/*
 * What a run takes besides its steps. The fixed figures were measured on the product's own runs; they matter in short ones only.
 */

/** Starting the training thread, loading the runtime and opening the device. */
const START_MS = 600;
/** Initial values of parameters, one by one. */
const INITIALISE_MS_PER_PARAMETER = 1e-5;
/** Learning a tokenizer and encoding the items, for each character of the data. */
const TOKENIZER_MS_PER_CHARACTER = { character: 5e-5, wordpiece: 2e-4, bpe: 2e-4 } as const;
/** Hashing a checkpoint twice and writing it to disk (measured at 2 to 284 MB). */
const CHECKPOINT_BYTES_PER_MS = 415_000;
const CHECKPOINT_FIXED_MS = 15;
/**
 * Bringing it to the server, which checks and encrypts it, while the model is evaluated beside it on the same machine (measured at 2 to 284 MB). Of a network
 * between the two nothing is known.
 */
const UPLOAD_BYTES_PER_MS = 80_000;
const UPLOAD_FIXED_MS = 25;

/** Largest share of a run's training that checkpoints nobody asked for may take: with evaluation points, a little less than two percent. */
export const CHECKPOINT_SHARE = 0.005;

/** Milliseconds until the first step can begin. */
export function preparationMs(settings: RunConfiguration, parameters: number, characters: number): number {
  const perCharacter = TOKENIZER_MS_PER_CHARACTER[settings.tokenizer];
  return START_MS + INITIALISE_MS_PER_PARAMETER * parameters + perCharacter * characters;
}

/** Bytes of a checkpoint: parameters and moments. */
function checkpointBytes(settings: RunConfiguration, parameters: number): number {
  return 4 * parameters * (1 + MOMENTS[settings.optimiser]);
}

/** Milliseconds of writing one checkpoint. */
export function checkpointMs(settings: RunConfiguration, parameters: number): number {
  return CHECKPOINT_FIXED_MS + checkpointBytes(settings, parameters) / CHECKPOINT_BYTES_PER_MS;
}

/** Milliseconds until the server has a checkpoint. */
export function uploadMs(settings: RunConfiguration, parameters: number): number {
  return UPLOAD_FIXED_MS + checkpointBytes(settings, parameters) / UPLOAD_BYTES_PER_MS;
}
