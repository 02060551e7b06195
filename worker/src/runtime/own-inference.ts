import type { RecordedGraph } from '../graph/record.ts';
import { shapeSize } from '../model/parameters.ts';
import { parameterFeeds, type CpuState } from './cpu-state.ts';
import type { Feeds, InferenceProgram } from './device.ts';
import { OwnSession, release, type BoundArray, type OwnSessionOptions } from './own-session.ts';
import type { PackedParameters } from './packed-parameters.ts';

/** Arrays for the names of a graph, as they were fed last: what is the same the next time stays bound, because that takes longer than a small operator. */
class KeptBindings {
  private readonly session: OwnSession;
  private readonly names: readonly string[];
  private readonly handles: BigUint64Array;
  private readonly kept: ({ shape: readonly number[]; array: BoundArray } | undefined)[];

  /** The handles of the arrays are written behind one another. */
  constructor(session: OwnSession, names: readonly string[], handles: BigUint64Array) {
    this.session = session;
    this.names = names;
    this.handles = handles;
    this.kept = names.map(() => undefined);
  }

  bind(feeds: Feeds): void {
    this.names.forEach((name, index) => {
      const feed = feeds[name];
      if (feed === undefined) throw new Error(`The graph was not given '${name}'`);
      const kept = this.kept[index];
      if (kept !== undefined && isSameMemory(kept.array.data, feed.data) && isSameShape(kept.shape, feed.shape)) return;
      kept?.array.dispose();
      const array = this.session.bind(feed);
      this.kept[index] = { shape: feed.shape, array };
      this.handles[index] = array.handle;
    });
  }

  release(): void {
    for (const kept of this.kept) kept?.array.dispose();
  }
}

function isSameMemory(a: Feeds[string]['data'], b: Feeds[string]['data']): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** Runs a graph with this project's own operators, into new arrays where none are given; weights that are fed packed come from `packed`. */
export async function loadOwnInference(
  state: CpuState,
  graph: RecordedGraph,
  options: OwnSessionOptions,
  packed: PackedParameters,
): Promise<InferenceProgram> {
  const session = await OwnSession.open(graph.bytes, options);
  const feeds = parameterFeeds(state, graph);
  const packedNames = graph.inputs.flatMap((input) => (input.packed === true ? [input.name] : []));
  const weights = await packed.take(packedNames, feeds, options.threads);
  const parameters = session.bindAll({ ...feeds, ...weights });
  const fixed = Object.keys(parameters);
  const given = graph.inputs.flatMap(({ name }) => (name in parameters ? [] : [name]));
  const written = graph.outputs.map(({ name }) => name);
  const prepared = session.prepare([...fixed, ...given], written);
  prepared.inputs.set(Object.values(parameters).map(({ handle }) => handle));
  const inputs = new KeptBindings(session, given, prepared.inputs.subarray(fixed.length));
  const outputs = new KeptBindings(session, written, prepared.outputs);
  return {
    run: (feed, into = {}) => {
      const results: Feeds = { ...into };
      for (const { name, shape } of graph.outputs)
        results[name] ??= { data: new Float32Array(shapeSize(shape)), shape };
      inputs.bind(feed);
      outputs.bind(results);
      prepared.run();
      return Promise.resolve(Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data])));
    },
    dispose: () => {
      inputs.release();
      outputs.release();
      release(parameters);
      session.close();
      packed.giveBack(packedNames);
      return Promise.resolve();
    },
  };
}
