import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkpointPath } from '../training/checkpoint.ts';
import type { LoopState } from './loop-state.ts';

/** The state of a loop on this machine, and the step of the best checkpoint where that was lost. */
interface StateHere {
  readonly state: LoopState;
  readonly lostStep: number | null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Finds the best checkpoint of a state that was read from the file `path`: it may be that file itself, have moved with the run's folder, or have
 * been fetched into it. Where it is lost, early stopping begins to look anew.
 */
export async function withBestHere(state: LoopState, path: string, folder: string): Promise<StateHere> {
  const best = state.bestCheckpoint;
  if (best === null) return { state, lostStep: null };
  const places =
    best.step === state.step ? [path] : [checkpointPath(folder, best.step), join(folder, basename(best.path))];
  for (const place of places) {
    if (await isThere(place)) {
      return { state: { ...state, bestCheckpoint: { step: best.step, path: place } }, lostStep: null };
    }
  }
  return {
    state: { ...state, bestLoss: null, bestCheckpoint: null, evaluationsWithoutBetter: 0 },
    lostStep: best.step,
  };
}
