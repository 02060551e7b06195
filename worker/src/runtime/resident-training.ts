import { KEEP_INPUT } from './binding-names.ts';
import type { Feeds, TrainingGraphs, TrainingProgram } from './device.ts';
import { loadResident, type ResidentProgram } from './resident-program.ts';
import { updateFeeds } from './update-feeds.ts';
import { download, residentArrays, upload, type ResidentState } from './resident-state.ts';

/** Trains with graphs that update in themselves: a step is one run, and gathered gradients wait on the device for theirs. */
export class ResidentTraining {
  private readonly state: ResidentState;
  /** The update from gathered gradients, once it is needed; one for all batch shapes. */
  private update: ResidentProgram | undefined;

  constructor(state: ResidentState) {
    this.state = state;
  }

  /** Opens the programs of one batch shape. */
  load(graphs: TrainingGraphs): TrainingProgram {
    const { state } = this;
    const step = loadResident(state, graphs.step[0]);
    let gather: ResidentProgram | undefined;
    const gathering = (): ResidentProgram => {
      makeRoomToGather(state);
      return (gather ??= loadResident(state, graphs.gather()));
    };
    const takeStep: TrainingProgram['step'] = ([{ feeds }], update, meanwhile) => {
      const { losses, squaredNorms } = step.run({ ...feeds, ...updateFeeds(update) }, { meanwhile });
      const gradientNorm = normOf(squaredNorms);
      const outcome = { losses, gradientNorm, nonFiniteParameter: null, isStateKept: true };
      if (Number.isFinite(gradientNorm)) return Promise.resolve(outcome);
      gathering().run({ ...feeds, ...keeping(false) }, { wanted: 'all' });
      return Promise.resolve({ ...outcome, nonFiniteParameter: forgetGathered(state) });
    };
    return {
      step: takeStep,
      gather: ([{ feeds }], isFirst, meanwhile) => {
        const { losses } = gathering().run({ ...feeds, ...keeping(!isFirst) }, { meanwhile });
        if (losses.some((loss) => !Number.isFinite(loss))) forgetGathered(state);
        return Promise.resolve(losses);
      },
      finish: (update) => {
        makeRoomToGather(state);
        this.update ??= loadResident(state, graphs.update());
        const gradientNorm = normOf(this.update.run(updateFeeds(update)).squaredNorms);
        const nonFiniteParameter = Number.isFinite(gradientNorm) ? null : forgetGathered(state);
        return Promise.resolve({ gradientNorm, nonFiniteParameter, isStateKept: true });
      },
      dispose: () => {
        step.close();
        gather?.close();
        return Promise.resolve();
      },
    };
  }

  /** Closes what all batch shapes share. */
  dispose(): void {
    this.update?.close();
  }
}

function normOf(squaredNorms: readonly number[]): number {
  return Math.sqrt(squaredNorms.reduce((sum, square) => sum + square, 0));
}

/** Says whether gradients are added to those gathered before. */
function keeping(isKept: boolean): Feeds {
  return { [KEEP_INPUT]: { data: Float32Array.of(isKept ? 1 : 0), shape: [] } };
}

/** Puts zeros where gradients are to be gathered, once: later steps start by multiplying what is there by 0. */
function makeRoomToGather(state: ResidentState): void {
  const moving = state.blocks.arrays.filter(({ block, slot }) => slot === 0 && block.moves).map(({ block }) => block);
  state.gathered ??= { arrays: residentArrays(state.processor, moving, null), side: 0 };
}

/**
 * Drops gathered gradients that are not finite: 0 times infinity would spoil every later step. Returns the last parameter, in the model's
 * order, whose gradient, or the sum of its squares, 32-bit numbers do not hold.
 */
function forgetGathered({ processor, gathered, parameters }: ResidentState): string | null {
  if (gathered === null) return null;
  const { arrays, side } = gathered;
  const places = arrays.map(({ sides }) => sides[side]);
  const values = download(processor, places);
  upload(
    processor,
    places,
    values.map(({ length }) => new Float32Array(length)),
  );
  const last = parameters.findLast(({ block, part: { offset, size } }) => {
    const gradient = values[arrays.findIndex((array) => array.block === block)];
    const squares = gradient?.subarray(offset, offset + size).reduce((sum, value) => sum + value ** 2, 0) ?? 0;
    return !Number.isFinite(Math.fround(squares));
  });
  return last?.name ?? null;
}
