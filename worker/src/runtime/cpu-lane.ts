import type * as ort from 'onnxruntime-node';
import type { Feeds } from './device.ts';
import { givenArray, OwnSession, release, type OwnSessionOptions } from './own-session.ts';
import { runInto } from './output-copies.ts';
import { fedTensors, openSession } from './sessions.ts';

/** A graph and the memory that it reads and writes, in a form that can be sent to another thread. */
export interface LaneGraph {
  bytes: Uint8Array<ArrayBuffer>;
  sequenceOutput: string | null;
  options: ort.InferenceSession.SessionOptions;
  /** How it is opened where it has operators of this project's own; else null. */
  own: OwnSessionOptions | null;
  /** What it reads at every run: the parameters. */
  fixed: Feeds;
  /** Names of what it is fed besides. */
  fed: readonly string[];
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
export async function openLane(graph: LaneGraph): Promise<Lane> {
  const { bytes, options, own, fixed, targets, sequenceOutput } = graph;
  if (own !== null) return openOwnLane(graph, own);
  const session = await openSession(bytes, options);
  const parameters = fedTensors(fixed);
  const fetches = targets.map((target) => fedTensors(target));
  return {
    run: (feeds, target) =>
      runInto(session, { ...parameters, ...fedTensors(feeds) }, fetches[target] ?? {}, sequenceOutput),
    dispose: () => session.release(),
  };
}

async function openOwnLane({ bytes, fixed, fed, targets }: LaneGraph, options: OwnSessionOptions): Promise<Lane> {
  const session = await OwnSession.open(bytes, options);
  const parameters = session.bindAll(fixed);
  const outputs = targets.map((target) => session.bindAll(target));
  const runs = outputs.map((arrays) => {
    const prepared = session.prepare(parameters, fed, Object.keys(arrays));
    prepared.written.set(Object.values(arrays).map(({ handle }) => handle));
    return prepared;
  });
  return {
    run: async (feeds, target) => {
      // The run keeps this thread busy until it ends: first the caller may start the lanes of other threads.
      await Promise.resolve();
      const prepared = runs[target];
      if (prepared === undefined) throw new Error(`A lane has no target ${target}`);
      const { given, run } = prepared;
      let bound = 0;
      try {
        for (const name of fed) {
          given[bound] = session.handleOf(givenArray(feeds, name));
          bound++;
        }
        run();
      } finally {
        while (bound > 0) session.giveBack(given[--bound] ?? 0n);
      }
    },
    dispose: () => {
      for (const arrays of [parameters, ...outputs]) release(arrays);
      session.close();
      return Promise.resolve();
    },
  };
}
