import type { RecordedGraph } from '../graph/record.ts';
import { inputOfNext, LOSS_OUTPUT, SQUARED_NORMS_OUTPUT } from './binding-names.ts';
import type { Feeds } from './device.ts';
import type { Arrays } from './ort-graphs.ts';
import { openFeeds, openResults } from './packed-transfers.ts';
import { forgetSeparate, inputsFrom, outputsTo, turn, type TwoSided, type ResidentState } from './resident-state.ts';

/** A training graph whose state stays on the card: what it calls the next values of its inputs takes their places. */
export interface ResidentProgram {
  /** Numbers that are not finite leave the state as it was, unless they are `wanted` all the same. Calls `meanwhile` once the card is at work, where a run does not wait for its end as on CUDA. */
  run(
    feeds: Feeds,
    options?: { wanted?: 'finite' | 'all'; meanwhile?: (() => void) | undefined },
  ): { losses: number[]; squaredNorms: number[] };
  close(): void;
}

/**
 * Opens a training graph. Its commands are captured at the first run and only sent again later, which takes a fifth of the time (measured), so
 * every run has to find its arrays where the first one found them: feeds and results have places of their own, and of the
 * state there are two of each array, which take turns.
 */
export function loadResident(state: ResidentState, graph: RecordedGraph): ResidentProgram {
  const { processor, blocks, gathered } = state;
  const session = processor.open(graph.bytes, true);
  const declared = new Set([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  const named = (arrays: Arrays): Arrays =>
    Object.fromEntries(Object.entries(arrays).filter(([name]) => declared.has(name)));
  const pairs = [blocks, ...(gathered === null ? [] : [gathered])];
  const resident = new Set(pairs.flatMap(({ arrays }) => arrays.map(({ input }) => input)));
  const fed = openFeeds(
    processor,
    graph.inputs.filter(({ name }) => !resident.has(name)),
  );
  const found = openResults(
    processor,
    graph.outputs.filter(({ name }) => inputOfNext(name) === null),
  );
  const moved = pairs.filter((pair) => Object.keys(outputsTo(pair)).some((name) => declared.has(name)));
  return {
    run: (feeds, { wanted = 'finite', meanwhile } = {}) => {
      fed.send(feeds);
      const inputs = named(Object.assign({}, ...pairs.map(inputsFrom)) as Arrays);
      const outputs = named(Object.assign({}, ...pairs.map(outputsTo)) as Arrays);
      session.run({ ...inputs, ...fed.device }, { ...outputs, ...found.device }, captureOf(pairs));
      meanwhile?.();
      const { [LOSS_OUTPUT]: losses = [], [SQUARED_NORMS_OUTPUT]: squaredNorms = [] } = found.fetch();
      if (wanted === 'all' || [...losses, ...squaredNorms].every((value) => Number.isFinite(value))) {
        moved.forEach(turn);
        if (moved.includes(blocks)) forgetSeparate(state);
      }
      return { losses, squaredNorms };
    },
    close: () => {
      session.close();
      fed.close();
      found.close();
    },
  };
}

/** A number for the sides that arrays are read from: each combination is captured by itself. */
function captureOf(pairs: readonly TwoSided[]): number {
  return 1 + pairs.reduce((sum, { side }, index) => sum + side * 2 ** index, 0);
}
