import { ownOperators, type Jobs } from '../products/own-operators.ts';
import type { TrueSizes } from '../products/prompt-jobs.ts';
import type { Feeds } from './device.ts';
import { NameTable } from './name-table.ts';
import { arrayOver, handlesOf, hostMemory, openGraph, runGraph, type WithHandle } from './ort-graphs.ts';
import { ortLibrary, type OrtLibrary, type Pointer } from './ort-library.ts';

/** What a session is opened with. */
export interface OwnSessionOptions {
  threads: number;
  /** Sizes change from run to run, so that planning memory by them is in vain. */
  openSizes?: boolean;
  /** ONNX Runtime's settings, by their full names. */
  settings: Readonly<Record<string, string>>;
}

/** An array that stays in this process's memory, as graphs read and write it. */
export interface BoundArray extends WithHandle {
  /** Held here because ONNX Runtime only knows its address. */
  readonly data: Feeds[string]['data'];
  dispose(): void;
}

/** Such arrays by the names of a graph's inputs or outputs. */
export type BoundArrays = Readonly<Record<string, BoundArray>>;

/** Gives back what ONNX Runtime holds of arrays; the memory stays the caller's. */
export function release(arrays: BoundArrays): void {
  for (const array of Object.values(arrays)) array.dispose();
}

/** The array of a name that a graph has to be given. */
export function givenArray(feeds: Feeds, name: string): Feeds[string] {
  const feed = feeds[name];
  if (feed === undefined) throw new Error(`The graph was not given '${name}'`);
  return feed;
}

/** A run that can be repeated with other arrays: their handles are written here first. */
export interface PreparedRun {
  /** Of the inputs that come anew, in the order of their names. */
  readonly given: BigUint64Array;
  readonly written: BigUint64Array;
  run(): void;
}

/** A graph on the processor, opened by ONNX Runtime's C interface, with the operators of this project's own. */
export class OwnSession {
  private readonly ort: OrtLibrary;
  private readonly session: Pointer;
  private readonly hostMemory: Pointer;
  private readonly names: NameTable;
  private readonly runOptions: Pointer;
  /** What the session's operators read and write. */
  private readonly jobs: Jobs;

  private constructor(ort: OrtLibrary, session: Pointer, jobs: Jobs) {
    this.ort = ort;
    this.session = session;
    this.jobs = jobs;
    this.hostMemory = hostMemory(ort);
    this.names = new NameTable(ort);
    this.runOptions = ort.make('createRunOptions');
  }

  static async open(bytes: Uint8Array, { threads, settings, openSizes }: OwnSessionOptions): Promise<OwnSession> {
    const [ort, operators] = [await ortLibrary(), await ownOperators()];
    if (operators === null) throw new Error('This machine does not run the operators of this project');
    const configure = (options: Pointer): void => {
      ort.call('setIntraOpNumThreads', options, threads);
      if (openSizes === true) ort.call('disableMemPattern', options);
      for (const [name, value] of Object.entries(settings)) ort.call('addSessionConfigEntry', options, name, value);
    };
    const { session, jobs } = openGraph(ort, bytes, configure, (options, create) =>
      operators.open(options, threads, create),
    );
    return new OwnSession(ort, session, jobs);
  }

  /** Whether `resize` has to be called before the first run, and before each that has other sizes. */
  get wantsSizes(): boolean {
    return !this.jobs.promptJobs.isEmpty;
  }

  /** Says how many texts and tokens the next runs have. */
  resize(sizes: TrueSizes): void {
    this.jobs.promptJobs.resize(sizes);
  }

  /** Arrays over the caller's memory. */
  bindAll(feeds: Feeds): BoundArrays {
    return Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, this.bind(array)]));
  }

  private bind(feed: Feeds[string]): BoundArray {
    const handle = this.handleOf(feed);
    return { handle, data: feed.data, dispose: () => this.giveBack(handle) };
  }

  /** A handle of an array whose memory nobody holds here: it has to be there while a graph runs with it. */
  handleOf({ data, shape }: Feeds[string]): Pointer {
    return arrayOver(this.ort, this.hostMemory, data, shape);
  }

  giveBack(handle: Pointer): void {
    this.ort.release('value', handle);
  }

  /** Runs the graph from these arrays into those. */
  run(inputs: BoundArrays, outputs: BoundArrays): void {
    const written = Object.keys(outputs);
    const { session, runOptions: options, names } = this;
    runGraph(this.ort, { session, options, names }, inputs, written, handlesOf(written, outputs));
  }

  /**
   * Prepares runs whose inputs and outputs have the same names each time: they read what is `fixed` and what the handles of the given ones stand for
   * then, and write to what those of the outputs stand for. A small model's step takes no longer than writing all names down anew.
   */
  prepare(fixed: BoundArrays, given: readonly string[], written: readonly string[]): PreparedRun {
    const names = [...Object.keys(fixed), ...given];
    const [inputs, outputs] = [new BigUint64Array(names.length), new BigUint64Array(written.length)];
    inputs.set(Object.values(fixed).map(({ handle }) => handle));
    const from = [this.names.of(names), inputs, names.length] as const;
    const into = [this.names.of(written), written.length, outputs] as const;
    const run = (): void => this.ort.call('run', this.session, this.runOptions, ...from, ...into);
    return { given: inputs.subarray(names.length - given.length), written: outputs, run };
  }

  close(): void {
    this.ort.release('runOptions', this.runOptions);
    this.ort.release('memoryInfo', this.hostMemory);
    this.ort.release('session', this.session);
  }
}
