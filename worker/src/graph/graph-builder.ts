/** Types a traced tensor can have; shapes and scatter indices are int64 constants inside the graph only. */
export type ElementType = 'float32' | 'int32' | 'bool';

/** Name, shape and type of a graph input or output; a symbolic dimension is named and may differ from run to run. */
export interface TensorSpec {
  name: string;
  shape: number[];
  /** Inputs of type int64, in which other tools give token ids, are int32 to the recorded function. */
  type: ElementType | 'int64';
  /**
   * Dimension index → symbol; `shape` then holds only the size used while recording, by which the dimension is recognised in other
   * shapes: a large prime, different for each symbol.
   */
  symbols?: Record<number, string>;
  /** The input is a weight whose numbers are fed in another order than its shape says; see products/packed-weights.ts. */
  packed?: boolean;
}

/** Value of an ONNX node's attribute; integers and floats are told apart because ONNX does. */
export type NodeAttribute = { int: number } | { ints: number[] } | { float: number } | { string: string };

/** One ONNX node; an empty output name means that the output is not wanted. */
export interface GraphNode {
  operator: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, NodeAttribute>;
}

/** A constant stored in the graph, little-endian. */
export interface Initialiser {
  name: string;
  shape: number[];
  type: ElementType | 'int64';
  bytes: Uint8Array<ArrayBuffer>;
}

/** What `GraphBuilder.operation` needs besides operator and inputs. */
export interface OperationOptions {
  attributes?: Record<string, NodeAttribute>;
  domain?: string;
}

/** Collects the nodes, inputs and constants of one graph, naming values and sharing equal constants. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly inputs: TensorSpec[] = [];
  readonly initialisers: Initialiser[] = [];
  /** Shapes of values by name, as they are while recording. */
  readonly shapes = new Map<string, readonly number[]>();
  /** Name of a reshaped value → the value it came from, with the shape it had before the first of its reshapes. */
  readonly reshapes = new Map<string, { name: string; shape: number[] }>();
  private readonly shared = new Map<string, string>();
  private nextId = 0;

  /** A value name that nothing else in the graph has. */
  freshName(): string {
    return `v${this.nextId++}`;
  }

  /** Adds a node with one output and returns that output's name. */
  operation(operator: string, inputs: string[], options: OperationOptions = {}): string {
    const output = this.freshName();
    this.addNode(operator, inputs, [output], options);
    return output;
  }

  /** Adds a node whose output names the caller has chosen. */
  addNode(operator: string, inputs: string[], outputs: string[], options: OperationOptions = {}): void {
    this.nodes.push({
      operator,
      domain: options.domain ?? '',
      inputs,
      outputs,
      attributes: options.attributes ?? {},
    });
  }

  /** Returns the value made earlier under the same key, or makes it. */
  once(key: string, make: () => string): string {
    let name = this.shared.get(key);
    if (name === undefined) {
      name = make();
      this.shared.set(key, name);
    }
    return name;
  }

  /** A one-dimensional int64 constant, as ONNX wants shapes, axes and indices. */
  int64(values: readonly number[]): string {
    return this.once(`int64:${values.join(',')}`, () => {
      const bytes = new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
      return this.addInitialiser([values.length], 'int64', bytes);
    });
  }

  /** A shape as ONNX wants it; symbolic dimensions and multiples of them take the size that they have when the graph runs. */
  shape(sizes: readonly number[]): string {
    const open = this.symbolsIn(sizes);
    if (Object.keys(open).length < 2) return this.int64(sizes.map((size, axis) => (axis in open ? -1 : size)));
    const sources = this.symbolicSizes();
    return this.once(`shape:${sizes.join(',')}`, () => {
      const parts = sizes.map((size, axis) => {
        if (!(axis in open)) return this.int64([size]);
        const source = sources.get(size);
        if (source === undefined)
          throw new Error(`A shape has two free dimensions, one of them a product: ${sizes.join()}`);
        const attributes = { start: { int: source.axis }, end: { int: source.axis + 1 } };
        return this.once(`size:${size}`, () => this.operation('Shape', [source.input], { attributes }));
      });
      return this.operation('Concat', parts, { attributes: { axis: { int: 0 } } });
    });
  }

  /** Axis → symbol for the dimensions of a shape that are symbolic, or multiples of symbolic ones. */
  symbolsIn(sizes: readonly number[]): Record<number, string> {
    const sources = [...this.symbolicSizes()];
    const found = sizes.map((size) => [size, sources.find(([symbolic]) => size > 0 && size % symbolic === 0)] as const);
    return Object.fromEntries(
      found.flatMap(([size, source], axis) => {
        if (source === undefined) return [];
        const [symbolic, { symbol }] = source;
        return [[axis, size === symbolic ? symbol : `${symbol}*${size / symbolic}`]];
      }),
    );
  }

  /** Recorded size of each symbolic dimension → its symbol, and where the graph finds its true size. */
  private symbolicSizes(): Map<number, { symbol: string; input: string; axis: number }> {
    const sizes = new Map<number, { symbol: string; input: string; axis: number }>();
    for (const { name, shape, symbols = {} } of this.inputs) {
      for (const [axis, symbol] of Object.entries(symbols)) {
        sizes.set(shape[Number(axis)] ?? 0, { symbol, input: name, axis: Number(axis) });
      }
    }
    return sizes;
  }

  /** A zero-dimensional constant. */
  scalar(value: number, type: ElementType = 'float32'): string {
    return this.once(`scalar:${type}:${value}`, () => this.constant([value], [], type));
  }

  /** A constant with the given values in row-major order. */
  constant(values: ArrayLike<number>, shape: readonly number[], type: ElementType): string {
    const typed =
      type === 'float32'
        ? Float32Array.from(values)
        : type === 'int32'
          ? Int32Array.from(values)
          : Uint8Array.from(values);
    return this.addInitialiser([...shape], type, new Uint8Array(typed.buffer));
  }

  private addInitialiser(shape: number[], type: Initialiser['type'], bytes: Uint8Array<ArrayBuffer>): string {
    const name = this.freshName();
    this.initialisers.push({ name, shape, type, bytes });
    return name;
  }
}
