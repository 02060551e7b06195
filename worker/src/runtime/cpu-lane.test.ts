import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ownOperators } from '../products/own-operators.ts';
import { openLane, type Lane } from './cpu-lane.ts';
import { cpuSessionOptions, ownSessionOptions } from './sessions.ts';
import { sumGraph } from './test-support/sum-graph.ts';

const isSupported = (await ownOperators()) !== null;

/** A lane for w + x, and what it reads and writes, which nothing else holds. */
async function opened(): Promise<{ lane: Lane; arrays: WeakRef<Float32Array>[] }> {
  const [w, y] = [Float32Array.of(10, 20), new Float32Array(2)];
  const lane = await openLane({
    bytes: sumGraph(),
    sequenceOutput: null,
    options: cpuSessionOptions(2),
    own: ownSessionOptions(2),
    fixed: { w: { data: w, shape: [2] } },
    targets: [{ y: { data: y, shape: [2] } }],
  });
  return { lane, arrays: [new WeakRef(w), new WeakRef(y)] };
}

test.skipIf(!isSupported)('a lane with own operators holds the memory that it reads and writes', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { lane, arrays } = await opened();
  // What a weak reference was made for is not collected before the current job ends.
  await setTimeout(1);
  collect();
  await lane.run({ x: { data: Float32Array.of(1, 2), shape: [2] } }, 0);
  expect(arrays.map((array) => Array.from(array.deref() ?? []))).toEqual([
    [10, 20],
    [11, 22],
  ]);
  await lane.dispose();
});
