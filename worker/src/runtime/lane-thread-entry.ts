/** Entry of the thread that computes a part of each batch. */
import { parentPort } from 'node:worker_threads';
import { openLane, type Lane } from './cpu-lane.ts';
import type { LaneCall, LaneReply } from './lane-thread.ts';

const lanes = new Map<number, Lane>();

async function answer(call: LaneCall): Promise<void> {
  if (call.kind === 'open') {
    lanes.set(call.lane, await openLane(call.graph));
    return;
  }
  const lane = lanes.get(call.lane);
  if (lane === undefined) throw new Error(`There is no lane ${call.lane}`);
  if (call.kind === 'run') {
    await lane.run(call.feeds, call.target);
    return;
  }
  lanes.delete(call.lane);
  await lane.dispose();
}

parentPort?.on('message', (call: LaneCall) => {
  const reply = (error: string | null): void => parentPort?.postMessage({ call: call.call, error } satisfies LaneReply);
  answer(call).then(
    () => reply(null),
    (error: unknown) => reply(error instanceof Error ? error.message : String(error)),
  );
});
