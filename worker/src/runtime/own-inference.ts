import type { TensorSpec } from '../graph/graph-builder.ts';
import type { RecordedGraph } from '../graph/record.ts';
import { shapeSize } from '../model/parameters.ts';
import { parameterFeeds, type CpuState } from './cpu-state.ts';
import type { Feeds, InferenceProgram } from './device.ts';
import type { Pointer } from './ort-library.ts';
import { givenArray, OwnSession, release, type OwnSessionOptions } from './own-session.ts';
import type { PackedParameters } from './packed-parameters.ts';

/** An array as it was fed last. Its memory is not held: that of a whole evaluation, or of texts that have ended, may go before the next run. */
interface Kept {
  /** Null where it will not come again. */
  memory: WeakRef<ArrayBufferLike> | null;
  start: number;
  length: number;
  shape: readonly number[];
  handle: Pointer;
}

/** Arrays for the names of a graph, as they were fed last: what is the same the next time stays bound, because that takes longer than a small operator. */
class KeptBindings {
  private readonly session: OwnSession;
  private readonly names: readonly string[];
  private readonly handles: BigUint64Array;
  private readonly kept: (Kept | undefined)[];

  /** The handles of the arrays are written behind one another. */
  constructor(session: OwnSession, names: readonly string[], handles: BigUint64Array) {
    this.session = session;
    this.names = names;
    this.handles = handles;
    this.kept = names.map(() => undefined);
  }

  /**
   * Weak references hold what they were asked for until the job ends: so what is bound is there in a run that follows at once. To them an array also looks
   * used until the whole heap is collected, so there is none to what is `made` for one run: of an evaluation that came to hundreds of megabytes.
   */
  bind(feeds: Feeds, made: Feeds = {}): void {
    this.names.forEach((name, index) => {
      const feed = givenArray(feeds, name);
      const kept = this.kept[index];
      if (kept !== undefined && isSame(kept, feed)) return;
      const { data, shape } = feed;
      const handle = this.session.handleOf(feed);
      if (kept !== undefined) this.session.giveBack(kept.handle);
      const memory = name in made ? null : new WeakRef(data.buffer);
      this.kept[index] = { memory, start: data.byteOffset, length: data.length, shape, handle };
      this.handles[index] = handle;
    });
  }

  release(): void {
    for (const kept of this.kept) if (kept !== undefined) this.session.giveBack(kept.handle);
  }
}

function isSame({ memory, start, length, shape }: Kept, feed: Feeds[string]): boolean {
  const { data } = feed;
  const isThere = memory?.deref() === data.buffer && start === data.byteOffset && length === data.length;
  return isThere && shape.length === feed.shape.length && shape.every((size, axis) => size === feed.shape[axis]);
}

/** Says to a session how large arrays are whose sizes were open when the graph was recorded, if they differ from the last run's. */
class OpenSizes {
  private readonly session: OwnSession;
  /** Where such sizes are found: an input's dimension, and the number with which it was recorded. */
  private readonly places: { name: string; axis: number; recorded: number }[];
  private said: number[] = [];

  constructor(session: OwnSession, inputs: readonly TensorSpec[]) {
    this.session = session;
    this.places = !session.wantsSizes
      ? []
      : inputs.flatMap(({ name, shape, symbols = {} }) =>
          Object.keys(symbols).map((axis) => ({ name, axis: Number(axis), recorded: shape[Number(axis)] ?? 0 })),
        );
  }

  say(feeds: Feeds): void {
    if (this.places.length === 0) return;
    const sizes = this.places.map(({ name, axis }) => feeds[name]?.shape[axis] ?? 0);
    if (sizes.every((size, index) => size === this.said[index])) return;
    this.session.resize(new Map(this.places.map(({ recorded }, index) => [recorded, sizes[index] ?? 0])));
    this.said = sizes;
  }
}

/** Runs a graph with this project's own operators, into new arrays where none are given; weights that are fed packed come from `packed`. */
export async function loadOwnInference(
  state: CpuState,
  graph: RecordedGraph,
  options: OwnSessionOptions,
  packed: PackedParameters,
): Promise<InferenceProgram> {
  const feeds = parameterFeeds(state, graph);
  const packedNames = graph.inputs.flatMap((input) => (input.packed === true ? [input.name] : []));
  const weights = await packed.take(packedNames, feeds, options.threads);
  const session = await OwnSession.open(graph.bytes, options).catch((error: unknown) => {
    packed.giveBack(packedNames);
    throw error;
  });
  const parameters = session.bindAll({ ...feeds, ...weights });
  const given = graph.inputs.flatMap(({ name }) => (name in parameters ? [] : [name]));
  // Only these are held on to, and not the graph with its bytes.
  const declared = graph.outputs;
  const written = declared.map(({ name }) => name);
  const prepared = session.prepare(parameters, given, written);
  const inputs = new KeptBindings(session, given, prepared.given);
  const outputs = new KeptBindings(session, written, prepared.written);
  const sizes = new OpenSizes(session, graph.inputs);
  // ONNX Runtime does not notice that a session is gone.
  let isOpen = true;
  return {
    run: (feed, into = {}) => {
      if (!isOpen) return Promise.reject(new Error('The program has been disposed of'));
      const made: Record<string, Feeds[string]> = {};
      for (const { name, shape } of declared)
        if (into[name] === undefined) made[name] = { data: new Float32Array(shapeSize(shape)), shape };
      const results: Feeds = { ...into, ...made };
      inputs.bind(feed);
      outputs.bind(results, made);
      sizes.say(feed);
      prepared.run();
      return Promise.resolve(Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data])));
    },
    dispose: () => {
      if (!isOpen) return Promise.resolve();
      isOpen = false;
      inputs.release();
      outputs.release();
      release(parameters);
      session.close();
      packed.giveBack(packedNames);
      return Promise.resolve();
    },
  };
}
