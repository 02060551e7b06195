import type * as ort from 'onnxruntime-node';
import type { Feeds } from './device.ts';
import { runInto } from './output-copies.ts';
import { fedTensors, openSession } from './sessions.ts';

/** A graph and the memory that it reads and writes, in a form that can be sent to another thread. */
export interface LaneGraph {
  bytes: Uint8Array<ArrayBuffer>;
  sequenceOutput: string | null;
  options: ort.InferenceSession.SessionOptions;
  /** What it reads at every run: the parameters. */
  fixed: Feeds;
  /** Where its results may go: every output of the graph, for each region of gradients. */
  targets: readonly Feeds[];
}

/** A graph that computes for a part of each batch. */
export interface Lane {
  /** Runs once and writes the results to the target of that number. */
  run(feeds: Feeds, target: number): Promise<void>;
  dispose(): Promise<void>;
}

/** Opens a lane in the calling thread. */
export async function openLane({ bytes, options, fixed, targets, sequenceOutput }: LaneGraph): Promise<Lane> {
  const session = await openSession(bytes, options);
  const parameters = fedTensors(fixed);
  const fetches = targets.map((target) => fedTensors(target));
  return {
    run: (feeds, target) =>
      runInto(session, { ...parameters, ...fedTensors(feeds) }, fetches[target] ?? {}, sequenceOutput),
    dispose: () => session.release(),
  };
}
