import { encodeModel } from '../graph/encode.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { shapeSize } from '../model/parameters.ts';
import { NameTable } from './name-table.ts';
import {
  arrayOver,
  ELEMENT_TYPES,
  handlesOf,
  hostMemory,
  openGraph,
  runGraph,
  type Arrays,
  type WithHandle,
} from './ort-graphs.ts';
import { ortLibrary, sizes, type OrtLibrary, type Pointer } from './ort-library.ts';
import type { CardProvider } from './card-providers.ts';

/** Of a number, whatever its type. */
const BYTES = 4;

/** The shape and type of an array. */
interface ArrayShape {
  shape: readonly number[];
  type: TensorSpec['type'];
}

/** An array in the card's memory. */
export interface DeviceArray extends ArrayShape {
  readonly handle: Pointer;
  /** The same memory without its dimensions. */
  readonly flat: WithHandle;
  dispose(): void;
}

/** An array in this process's memory that graphs read from or write to. */
export interface HostArray {
  readonly handle: Pointer;
  readonly data: Float32Array | Int32Array;
  dispose(): void;
}

/** A graph that runs on the card. */
export interface GraphicsSession {
  /**
   * Runs the graph from these arrays into those. With `capture`, the commands that it sends are kept under that number, above 0, and sent
   * again as they are by the next runs with the number: those must be given the same arrays, all on the card.
   */
  run(inputs: Arrays, outputs: Arrays, capture?: number): void;
  /** Runs the graph and returns these outputs, of any size, from the card. */
  read(
    inputs: Arrays,
    outputs: readonly Pick<NamedArray, 'name' | 'type'>[],
  ): Record<string, Float32Array | Int32Array>;
  close(): void;
}

/** A named array as a graph declares it. */
interface NamedArray extends ArrayShape {
  name: string;
}

/** Sessions and arrays on a graphics processor. */
export class GraphicsProcessor {
  private readonly ort: OrtLibrary;
  private readonly provider: CardProvider;
  private readonly hostMemory: Pointer;
  private readonly deviceMemory: Pointer;
  private readonly allocator: Pointer;
  /** What gives back what is there, the oldest first; each once. */
  private readonly ends = new Set<() => void>();

  private constructor(ort: OrtLibrary, provider: CardProvider) {
    this.ort = ort;
    this.provider = provider;
    try {
      this.hostMemory = this.kept('memoryInfo', hostMemory(ort));
      // All arrays are this session's, so that they outlive those that compute with them.
      const bytes = passThrough([{ name: 'home', shape: [1], type: 'float32' }]);
      const home = this.kept('session', this.openSession(bytes, false));
      this.deviceMemory = this.kept('memoryInfo', ort.make('createMemoryInfo', provider.memory, 0, 0, 0));
      this.allocator = this.kept('allocator', ort.make('createAllocator', home, this.deviceMemory));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Throws where there is no graphics processor that the provider can use. */
  static async start(provider: CardProvider): Promise<GraphicsProcessor> {
    return new GraphicsProcessor(await ortLibrary(), provider);
  }

  /** Whether cutting an array into pieces of different sizes is one quick kernel. */
  get splitsQuickly(): boolean {
    return this.provider.splitsQuickly;
  }

  /** An array on the card; what is in it is not known before something is written there. */
  array({ shape, type }: ArrayShape): DeviceArray {
    const { ort, deviceMemory } = this;
    const element = ELEMENT_TYPES[type];
    const handle = ort.make('createTensorAsOrtValue', this.allocator, sizes(shape), shape.length, element);
    const giveBack = this.untilGivenBack(() => ort.release('value', handle));
    const length = shapeSize(shape);
    const place = [ort.make('getTensorMutableData', handle), length * BYTES, sizes([length]), 1, element];
    const flat = ort.make('createTensorWithDataAsOrtValue', deviceMemory, ...place);
    const giveFlatBack = this.untilGivenBack(() => ort.release('value', flat));
    const dispose = (): void => {
      giveFlatBack();
      giveBack();
    };
    return { shape, type, handle, flat: { handle: flat }, dispose };
  }

  /** An array in this process's memory, of zeros. */
  hostArray({ shape, type }: ArrayShape): HostArray {
    const memory = new ArrayBuffer(shapeSize(shape) * BYTES);
    const data = type === 'int32' ? new Int32Array(memory) : new Float32Array(memory);
    const handle = arrayOver(this.ort, this.hostMemory, data, shape);
    return { data, handle, dispose: this.untilGivenBack(() => this.ort.release('value', handle)) };
  }

  /** Opens an ONNX file in memory; throws where a node of it would run on the processor. */
  open(bytes: Uint8Array, captures = false): GraphicsSession {
    const { ort } = this;
    const session = this.openSession(bytes, captures);
    const names = new NameTable(ort);
    const options = new Map<number, Pointer>();
    const optionsOf = (capture: number): Pointer => {
      const known = options.get(capture) ?? ort.make('createRunOptions');
      // −1 stands for a run that is neither captured nor sent again.
      if (!options.has(capture)) ort.call('addRunConfigEntry', known, 'gpu_graph_id', String(capture));
      options.set(capture, known);
      return known;
    };
    const run = (inputs: Arrays, outputs: readonly string[], values: BigUint64Array, capture: number): void =>
      runGraph(ort, { session, options: optionsOf(capture), names }, inputs, outputs, values);
    return {
      run: (inputs, outputs, capture = -1) => {
        const written = Object.keys(outputs);
        run(inputs, written, handlesOf(written, outputs), capture);
      },
      read: (inputs, outputs) => {
        const values = new BigUint64Array(outputs.length);
        const wanted = outputs.map(({ name }) => name);
        run(inputs, wanted, values, -1);
        return Object.fromEntries(
          outputs.map(({ name, type }, index) => [name, this.taken(values[index] ?? 0n, type)]),
        );
      },
      close: this.untilGivenBack(() => {
        for (const handle of options.values()) ort.release('runOptions', handle);
        ort.release('session', session);
      }),
    };
  }

  /** Opens a copier of arrays like these: between this process and the card, either way, or on the card. */
  copier(arrays: readonly ArrayShape[]): {
    copy(from: readonly WithHandle[], to: readonly WithHandle[]): void;
    close(): void;
  } {
    const named = arrays.map(({ shape, type }, index): NamedArray => ({ name: String(index), shape, type }));
    const session = this.open(passThrough(named));
    return {
      copy: (from, to) => {
        const inputs = Object.fromEntries(from.map((array, index) => [String(index), array]));
        session.run(inputs, Object.fromEntries(to.map((array, index) => [copyOf(String(index)), array])));
      },
      close: () => session.close(),
    };
  }

  /** Gives the card back, with every session and array that is still there, the newest first. */
  dispose(): void {
    for (const end of [...this.ends].toReversed()) end();
  }

  /** What gives something back, once, whoever comes first. */
  private untilGivenBack(giveBack: () => void): () => void {
    const end = (): void => {
      if (this.ends.delete(end)) giveBack();
    };
    this.ends.add(end);
    return end;
  }

  private kept(kind: 'memoryInfo' | 'session' | 'allocator', handle: Pointer): Pointer {
    this.untilGivenBack(() => this.ort.release(kind, handle));
    return handle;
  }

  private openSession(bytes: Uint8Array, captures: boolean): Pointer {
    const { ort, provider } = this;
    const configure = (options: Pointer): void => provider.choose(ort, options, captures);
    return openGraph(ort, bytes, configure, (_options, create) => create());
  }

  /** The numbers of a value that ONNX Runtime made; the value is given back. */
  private taken(value: Pointer, type: TensorSpec['type']): Float32Array | Int32Array {
    const { ort } = this;
    const description = ort.make('getTensorTypeAndShape', value);
    const count = Number(ort.make('getTensorShapeElementCount', description));
    ort.release('tensorTypeAndShapeInfo', description);
    const memory = count === 0 ? new ArrayBuffer(0) : ort.view(ort.make('getTensorMutableData', value), count * BYTES);
    const numbers =
      type === 'int32' ? Int32Array.from(new Int32Array(memory)) : Float32Array.from(new Float32Array(memory));
    ort.release('value', value);
    return numbers;
  }
}

const copyOf = (name: string): string => `copy.${name}`;

/** A graph that passes arrays through. */
function passThrough(arrays: readonly NamedArray[]): Uint8Array {
  return encodeModel({
    nodes: arrays.map(({ name }) => ({
      operator: 'Identity',
      domain: '',
      inputs: [name],
      outputs: [copyOf(name)],
      attributes: {},
    })),
    initialisers: [],
    inputs: arrays.map(({ name, shape, type }) => ({ name, shape: [...shape], type })),
    outputs: arrays.map(({ name, shape, type }) => ({ name: copyOf(name), shape: [...shape], type })),
    sequenceOutput: null,
  });
}
