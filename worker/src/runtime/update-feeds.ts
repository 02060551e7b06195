import { UPDATE_INPUTS, updateInput } from './binding-names.ts';
import type { Feeds, Update } from './device.ts';

/** Stands for "no limit" where the clipping norm is a number in the graph. */
const NO_CLIPPING = 3e38;

/** An update's scalars as feeds of a graph that updates in itself; it takes those that it has inputs for. */
export function updateFeeds(update: Update): Feeds {
  const values: Record<(typeof UPDATE_INPUTS)[number], number> = {
    ...update,
    clipNorm: update.clipNorm ?? NO_CLIPPING,
  };
  return Object.fromEntries(
    UPDATE_INPUTS.map((name) => [updateInput(name), { data: Float32Array.of(values[name]), shape: [] }]),
  );
}
