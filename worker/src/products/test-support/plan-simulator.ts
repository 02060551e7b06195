import { FLOAT_BYTES, LANES, MODE, TILE_ROWS, VECTOR_BYTES } from '../layout.ts';
import { LARGEST_SCRATCH_BYTES, type ProductSizes, type Step } from '../product-plan.ts';

/** Numbers by their offset in bytes. */
class Memory {
  readonly values: Float64Array;
  private readonly name: string;

  constructor(name: string, values: Float64Array) {
    this.name = name;
    this.values = values;
  }

  /** Throws for what lies outside. */
  read(offset: number): number {
    return this.values[this.index(offset)] ?? Number.NaN;
  }

  /** Not a number for what lies outside; much faster. */
  peek(offset: number): number {
    return this.values[offset / FLOAT_BYTES] ?? Number.NaN;
  }

  write(offset: number, value: number): void {
    this.values[this.index(offset)] = value;
  }

  index(offset: number): number {
    const index = offset / FLOAT_BYTES;
    if (!Number.isInteger(index) || index < 0 || index >= this.values.length) {
      throw new Error(`${this.name} has ${this.values.length} values, and nothing at ${index}`);
    }
    return index;
  }
}

/** What a product reads; inputs that it does not have are empty. */
export type Inputs = Record<'a' | 'b' | 'third' | 'fourth', Float64Array>;

/** What the programs left behind. */
interface Outcome {
  result: Float64Array;
  /** How often each value of the result has been written. */
  writes: Uint8Array;
}

/** Does what steps mean, one value after the other; throws where they reach outside the memory that there is, or two threads write the same. */
export function simulate(programs: Step[][], { outer, rows, columns }: ProductSizes, inputs: Inputs): Outcome {
  const size = outer.reduce((product, length) => product * length, 1) * rows * columns;
  const result = new Memory('The result', new Float64Array(size).fill(Number.NaN));
  const [writes, writers] = [new Uint8Array(size), new Uint8Array(size)];
  programs.forEach((steps, thread) => {
    const written = (offset: number): void => {
      const index = result.index(offset);
      if (writers[index] !== 0 && writers[index] !== thread + 1) throw new Error(`Two threads write value ${index}`);
      writers[index] = thread + 1;
      writes[index] = (writes[index] ?? 0) + 1;
    };
    const memory = {
      a: new Memory('Factor a', inputs.a),
      b: new Memory('Factor b', inputs.b),
      third: new Memory('The third input', inputs.third),
      fourth: new Memory('The fourth input', inputs.fourth),
      scratch: new Memory('Scratch', new Float64Array(LARGEST_SCRATCH_BYTES / FLOAT_BYTES).fill(Number.NaN)),
      result,
    };
    for (const step of steps) run(step, memory, written);
  });
  return { result: result.values, writes };
}

type Memories = Record<keyof Inputs | 'scratch' | 'result', Memory>;

function run(step: Step, memory: Memories, written: (offset: number) => void): void {
  const [, piece = '', sizes = '', suffix] = /^([a-z ]+?)((?: \d+)*)( packed| masked)?$/.exec(step.code) ?? [];
  const [first = 0, second = 0] = sizes.trim().split(' ').map(Number);
  if (piece === 'pack a') packA(step, memory, first);
  else if (piece === 'pack b') packB(step, memory, first);
  else if (piece === 'pack transposed b') packTransposedB(step, memory, first, second);
  else if (piece === 'softmax') softmax(step, memory, suffix !== undefined, written);
  else if (piece === 'multiply' && (suffix !== undefined) === step.isPacked) {
    multiply(step, memory, first, second, written);
  } else throw new Error(`There is no code '${step.code}' for this step`);
}

/** The value of a lane of the vectors at an offset: 0 where the mask leaves out those of the last vector. */
function lane(from: Memory, offset: number, index: number, vectors: number, mask: number): number {
  return isThere(index, vectors, mask) ? from.read(offset + index * FLOAT_BYTES) : 0;
}

function isThere(index: number, vectors: number, mask: number): boolean {
  const inLast = index - (vectors - 1) * LANES;
  return inLast < 0 || ((mask >> inLast) & 1) === 1;
}

function packA(
  { source, packed, depth, stride, tileStride, mask }: Step,
  { a, scratch }: Memories,
  vectors: number,
): void {
  for (let k = 0; k < depth; k++) {
    for (let index = 0; index < vectors * LANES; index++) {
      const tile = Math.floor(index / TILE_ROWS);
      const place = k * TILE_ROWS + (index % TILE_ROWS);
      scratch.write(
        packed + tile * tileStride + place * FLOAT_BYTES,
        lane(a, source + k * stride, index, vectors, mask),
      );
    }
  }
}

function packB({ source, packed, depth, stride, mask }: Step, { b, scratch }: Memories, vectors: number): void {
  for (let k = 0; k < depth; k++) {
    for (let index = 0; index < vectors * LANES; index++) {
      const to = packed + k * vectors * VECTOR_BYTES + index * FLOAT_BYTES;
      scratch.write(to, lane(b, source + k * stride, index, vectors, mask));
    }
  }
}

/** Of columns that there are not, nothing is known. */
function packTransposedB(step: Step, { b, scratch }: Memories, vectors: number, columns: number): void {
  for (let first = 0; first < step.depth; first += LANES) {
    const given = step.depth - first < LANES ? step.mask : 2 ** LANES - 1;
    for (let column = 0; column < LANES; column++) {
      const row = step.source + column * step.stride + first * FLOAT_BYTES;
      for (let k = 0; k < LANES; k++) {
        const to = step.packed + (first + k) * vectors * VECTOR_BYTES + column * FLOAT_BYTES;
        scratch.write(to, column < columns ? lane(b, row, k, 1, given) : Number.NaN);
      }
    }
  }
}

function softmax(
  { mode, mask, depth, tiles, ...step }: Step,
  { third, result }: Memories,
  isMasked: boolean,
  written: (offset: number) => void,
): void {
  const tail = mode & MODE.tail ? 32 - Math.clz32(mask) : 0;
  for (let row = 0; row < tiles; row++) {
    const places = Array.from({ length: depth / FLOAT_BYTES + tail }, (_, column) => column * FLOAT_BYTES);
    const values = places.map((place) => {
      const added = isMasked ? third.read(step.source + row * step.stride + place) : 0;
      return result.read(step.result + row * step.resultStride + place) + added;
    });
    const largest = Math.max(...values);
    const weights = values.map((value) => Math.exp(value - largest));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    places.forEach((place, column) => {
      result.write(step.result + row * step.resultStride + place, (weights[column] ?? Number.NaN) / total);
      written(step.result + row * step.resultStride + place);
    });
  }
}

function multiply(
  step: Step,
  { a, scratch, third, fourth, result }: Memories,
  rows: number,
  vectors: number,
  written: (offset: number) => void,
): void {
  const left = step.isPacked ? scratch : a;
  const [rowStride, depthStride] = step.isPacked ? [FLOAT_BYTES, step.stride] : [step.stride, FLOAT_BYTES];
  const scale = new Float32Array(Uint32Array.of(step.scale).buffer)[0] ?? 1;
  for (let tile = 0; tile < step.tiles; tile++) {
    for (let row = 0; row < rows; row++) {
      for (let index = 0; index < vectors * LANES; index++) {
        if (!isThere(index, vectors, step.mask)) continue;
        const to = step.result + (tile * rows + row) * step.resultStride + index * FLOAT_BYTES;
        const start = step.source + tile * step.tileStride + row * rowStride;
        const panel = step.packed + index * FLOAT_BYTES;
        let sum = 0;
        for (let k = 0; k < step.depth; k++) {
          sum += left.peek(start + k * depthStride) * scratch.peek(panel + k * vectors * VECTOR_BYTES);
        }
        if (step.mode & MODE.scale) sum *= scale;
        if (step.mode & MODE.bias) sum += third.read(step.extra + index * FLOAT_BYTES);
        if (step.mode & MODE.add) sum += result.read(to);
        if (step.mode & MODE.relu) sum = Math.max(0, sum);
        if (step.mode & MODE.softmaxGradient) {
          sum = third.read(to) * (sum - fourth.read(step.extra + (tile * rows + row) * FLOAT_BYTES));
        }
        result.write(to, sum);
        written(to);
      }
    }
  }
}
