import { afterEach, expect, test } from 'vitest';
import type { LaneGraph } from './cpu-lane.ts';
import { LaneThread } from './lane-thread.ts';
import { cpuSessionOptions } from './sessions.ts';
import { sumGraph } from './test-support/sum-graph.ts';

const open: LaneThread[] = [];

afterEach(async () => {
  for (const thread of open.splice(0)) await thread.dispose();
});

function laneThread(): LaneThread {
  const thread = new LaneThread();
  open.push(thread);
  return thread;
}

function shared(values: number[]): Float32Array {
  const data = new Float32Array(new SharedArrayBuffer(values.length * 4));
  data.set(values);
  return data;
}

/** w + x, where w is fixed, into either of two places. */
function sum(): { graph: LaneGraph; targets: Float32Array[] } {
  const targets = [shared([0, 0]), shared([0, 0])];
  const graph: LaneGraph = {
    bytes: sumGraph(),
    sequenceOutput: null,
    options: cpuSessionOptions(2),
    own: null,
    fed: ['x'],
    fixed: { w: { data: shared([10, 20]), shape: [2] } },
    targets: targets.map((data) => ({ y: { data, shape: [2] } })),
  };
  return { graph, targets };
}

test('a lane in a thread beside reads and writes the memory that it shares', async () => {
  const { graph, targets } = sum();
  const lane = await laneThread().open(graph);
  await lane.run({ x: { data: Float32Array.of(1, 2), shape: [2] } }, 1);
  expect(targets.map((data) => [...data])).toEqual([
    [0, 0],
    [11, 22],
  ]);
  await lane.dispose();
});

test('what goes wrong in the thread is an error here, and the next run works', async () => {
  const { graph, targets } = sum();
  const lane = await laneThread().open(graph);
  await expect(lane.run({ x: { data: Float32Array.of(1, 2, 3), shape: [3] } }, 0)).rejects.toThrow(/dimension|shape/i);
  await lane.run({ x: { data: Float32Array.of(3, 4), shape: [2] } }, 0);
  expect([...(targets[0] ?? [])]).toEqual([13, 24]);
  await expect(laneThread().open({ ...graph, bytes: new Uint8Array([1, 2, 3]) })).rejects.toThrow();
});

test('nobody waits for a thread that has ended', async () => {
  const thread = laneThread();
  const lane = await thread.open(sum().graph);
  await thread.dispose();
  await expect(lane.run({}, 0)).rejects.toThrow(/has ended/);
});
