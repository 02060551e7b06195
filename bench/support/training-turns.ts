import type { Engine, TextBatch } from '../../worker/src/training/engine.ts';
import { quantile } from './statistics.ts';

/** Largest difference of the first losses that still counts as the same model. */
const LOSS_TOLERANCE = 1e-4;

/** Steps taken in a row. */
export interface Turn {
  losses: number[];
  stepMs: number[];
}

/** Trains on one batch over and over, counting steps through all turns. */
export function engineTurns(engine: Engine, batch: TextBatch): (steps: number) => Promise<Turn> {
  let step = 0;
  return async (steps) => {
    const turn: Turn = { losses: [], stepMs: [] };
    for (let index = 0; index < steps; index++) {
      const started = performance.now();
      const { loss } = await engine.step([batch], ++step);
      turn.stepMs.push(performance.now() - started);
      turn.losses.push(loss);
    }
    return turn;
  };
}

/** Steps of a turn that are not counted, and the fewest that are. */
const WARM_UP_STEPS = 2;
const FEWEST_COUNTED_STEPS = 3;

/** Takes a turn of about so many milliseconds, where a step usually takes `usualMs`: the median time of its steps. */
export async function medianStepMs(
  train: (steps: number) => Promise<Turn>,
  usualMs: number,
  turnMs: number,
): Promise<number> {
  const { stepMs } = await train(Math.max(WARM_UP_STEPS + FEWEST_COUNTED_STEPS, Math.ceil(turnMs / usualMs)));
  return quantile(stepMs.slice(WARM_UP_STEPS), 0.5);
}

/** Difference of the first step's losses, and of the last of the first turn's, where rounding has had time to grow. */
export function lossDifferences(ours: Turn, theirs: Turn): { first: number; last: number } {
  const differences = ours.losses.map((loss, index) => Math.abs(loss - (theirs.losses[index] ?? Number.NaN)));
  const [first = Number.NaN, last = Number.NaN] = [differences[0], differences.at(-1)];
  if (!(first <= LOSS_TOLERANCE)) {
    throw new Error(
      `The first losses differ by ${first}: this is not the same model (${ours.losses[0]}, ${theirs.losses[0]})`,
    );
  }
  return { first, last };
}
