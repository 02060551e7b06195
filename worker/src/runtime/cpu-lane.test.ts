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
  const [w, y, other] = [Float32Array.of(10, 20), new Float32Array(2), new Float32Array(2)];
  const lane = await openLane({
    bytes: sumGraph(),
    sequenceOutput: null,
    options: cpuSessionOptions(2),
    own: ownSessionOptions(2),
    fixed: { w: { data: w, shape: [2] } },
    fed: ['x'],
    targets: [y, other].map((data) => ({ y: { data, shape: [2] } })),
  });
  return { lane, arrays: [w, y, other].map((array) => new WeakRef(array)) };
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
    [0, 0],
  ]);
  await lane.dispose();
});

test.skipIf(!isSupported)(
  'a lane with own operators reads what each run is given, into the target that it names',
  async () => {
    const { lane, arrays } = await opened();
    const found = (): number[][] => arrays.slice(1).map((array) => Array.from(array.deref() ?? []));
    const x = (...values: number[]) => ({ x: { data: Float32Array.from(values), shape: [2] } });
    await lane.run(x(1, 2), 1);
    await lane.run(x(3, 4), 0);
    expect(found()).toEqual([
      [13, 24],
      [11, 22],
    ]);
    await expect(lane.run({}, 0)).rejects.toThrow("was not given 'x'");
    await expect(lane.run(x(1, 2), 2)).rejects.toThrow('no target 2');
    await lane.run(x(5, 6), 1);
    expect(found()).toEqual([
      [13, 24],
      [15, 26],
    ]);
    await lane.dispose();
  },
);
