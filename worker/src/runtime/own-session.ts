import { productOperators } from '../products/product-operator.ts';
import type { Feeds } from './device.ts';
import { NameTable } from './name-table.ts';
import { ortLibrary, sizes, type OrtLibrary, type Pointer } from './ort-library.ts';

const FLOAT32 = 1;
const INT32 = 6;
const ONLY_ERRORS = 4;
const ALL_OPTIMISATIONS = 99;

/** What a session is opened with. */
export interface OwnSessionOptions {
  threads: number;
  /** ONNX Runtime's settings, by their full names. */
  settings: Readonly<Record<string, string>>;
}

/** An array that stays in this process's memory, as graphs read and write it. */
interface BoundArray {
  readonly handle: Pointer;
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

/** ONNX Runtime's own, which it needs once a process. */
let environment: Pointer | undefined;

/** A graph on the processor, opened by ONNX Runtime's C interface, with the operators of this project's own. */
export class OwnSession {
  private readonly ort: OrtLibrary;
  private readonly session: Pointer;
  private readonly hostMemory: Pointer;
  private readonly names: NameTable;
  private readonly runOptions: Pointer;
  /** What the session's products read and write. */
  readonly held: object;

  private constructor(ort: OrtLibrary, session: Pointer, held: object) {
    this.ort = ort;
    this.session = session;
    this.held = held;
    this.hostMemory = ort.make('createMemoryInfo', 'Cpu', 0, 0, 0);
    this.names = new NameTable(ort);
    this.runOptions = ort.make('createRunOptions');
  }

  static async open(bytes: Uint8Array, { threads, settings }: OwnSessionOptions): Promise<OwnSession> {
    const [ort, operators] = [await ortLibrary(), await productOperators()];
    if (operators === null) throw new Error('This machine does not run the operators of this project');
    environment ??= ort.make('createEnv', ONLY_ERRORS, 'greenlight');
    const options = ort.make('createSessionOptions');
    try {
      ort.call('setSessionLogSeverityLevel', options, ONLY_ERRORS);
      ort.call('setSessionGraphOptimizationLevel', options, ALL_OPTIMISATIONS);
      ort.call('setIntraOpNumThreads', options, threads);
      for (const [name, value] of Object.entries(settings)) ort.call('addSessionConfigEntry', options, name, value);
      const parts = [environment, bytes, bytes.byteLength, options] as const;
      const { session, held } = operators.open(options, threads, () => ort.make('createSessionFromArray', ...parts));
      return new OwnSession(ort, session, held);
    } finally {
      ort.release('sessionOptions', options);
    }
  }

  /** Arrays over the caller's memory. */
  bindAll(feeds: Feeds): BoundArrays {
    return Object.fromEntries(Object.entries(feeds).map(([name, array]) => [name, this.bind(array)]));
  }

  private bind({ data, shape }: Feeds[string]): BoundArray {
    const { ort } = this;
    const type = data instanceof Int32Array ? INT32 : FLOAT32;
    const description = [sizes(shape), shape.length, type];
    const handle = ort.make('createTensorWithDataAsOrtValue', this.hostMemory, data, data.byteLength, ...description);
    return { handle, data, dispose: () => ort.release('value', handle) };
  }

  /** Runs the graph from these arrays into those. */
  run(inputs: BoundArrays, outputs: BoundArrays): void {
    const [given, written] = [Object.keys(inputs), Object.keys(outputs)];
    const handles = (names: readonly string[], arrays: BoundArrays) =>
      BigUint64Array.from(names, (name) => arrays[name]?.handle ?? 0n);
    const from = [this.names.of(given), handles(given, inputs), given.length] as const;
    const into = [this.names.of(written), written.length, handles(written, outputs)] as const;
    this.ort.call('run', this.session, this.runOptions, ...from, ...into);
  }

  close(): void {
    this.ort.release('runOptions', this.runOptions);
    this.ort.release('memoryInfo', this.hostMemory);
    this.ort.release('session', this.session);
  }
}
