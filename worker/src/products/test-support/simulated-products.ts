import { FLOAT_BYTES, LANES, MODE, PRODUCT_ARRAYS, TILE_ROWS, VECTOR_BYTES } from '../layout.ts';
import type { Step } from '../step.ts';
import type { Memory } from './simulated-memory.ts';
import { float32Of, isThere, lanes, memoryOf, placesInRow, sumOf, type Thread } from './simulated-steps.ts';

/*
 * What the pieces of code of products and softmaxes mean.
 */

/** The value of a lane of the vectors at an offset: 0 where the mask leaves out those of the last vector. */
function lane(from: Memory, offset: number, index: number, vectors: number, mask: number): number {
  return isThere(index, vectors, mask) ? from.read(offset + index * FLOAT_BYTES) : 0;
}

export function packA(step: Step, thread: Thread, [vectors = 0]: number[]): void {
  const a = memoryOf(step, thread, PRODUCT_ARRAYS.a, 'source');
  for (let k = 0; k < step.depth; k++) {
    for (let index = 0; index < vectors * LANES; index++) {
      const tile = Math.floor(index / TILE_ROWS);
      const place = k * TILE_ROWS + (index % TILE_ROWS);
      thread.scratch.write(
        step.packed + tile * step.tileStride + place * FLOAT_BYTES,
        lane(a, step.source + k * step.stride, index, vectors, step.mask),
      );
    }
  }
}

export function packB(step: Step, thread: Thread, [vectors = 0]: number[]): void {
  const b = memoryOf(step, thread, PRODUCT_ARRAYS.b, 'source');
  for (let k = 0; k < step.depth; k++) {
    for (let index = 0; index < vectors * LANES; index++) {
      const to = step.packed + k * vectors * VECTOR_BYTES + index * FLOAT_BYTES;
      thread.scratch.write(to, lane(b, step.source + k * step.stride, index, vectors, step.mask));
    }
  }
}

/** Of columns that there are not, nothing is known. */
export function packTransposedB(step: Step, thread: Thread, [vectors = 0, columns = 0]: number[]): void {
  const b = memoryOf(step, thread, PRODUCT_ARRAYS.b, 'source');
  for (let first = 0; first < step.depth; first += LANES) {
    const given = step.depth - first < LANES ? step.mask : 2 ** LANES - 1;
    for (let column = 0; column < LANES; column++) {
      const row = step.source + column * step.stride + first * FLOAT_BYTES;
      for (let k = 0; k < LANES; k++) {
        const to = step.packed + (first + k) * vectors * VECTOR_BYTES + column * FLOAT_BYTES;
        thread.scratch.write(to, column < columns ? lane(b, row, k, 1, given) : Number.NaN);
      }
    }
  }
}

/** The panel is packed first: machine code does it on the way, which nobody can tell. */
export function packAndMultiply(step: Step, thread: Thread, numbers: number[]): void {
  const [, vectors = 0] = numbers;
  packB({ ...step, source: step.beside, stride: step.besideStride }, thread, [vectors]);
  multiply(step, thread, numbers, false);
}

export function multiply(step: Step, thread: Thread, [rows = 0, vectors = 0]: number[], isPacked: boolean): void {
  if (isPacked !== step.isPacked) throw new Error(`'${step.code}' does not fit where factor a is`);
  const left = isPacked ? thread.scratch : memoryOf(step, thread, PRODUCT_ARRAYS.a, 'source');
  multiplyFrom(left, isPacked, step, thread, [rows, vectors]);
}

/** The tile's rows are columns of a. */
export function multiplyTurned(step: Step, thread: Thread, [rows = 0, vectors = 0]: number[]): void {
  multiplyFrom(memoryOf(step, thread, PRODUCT_ARRAYS.a, 'source'), true, step, thread, [rows, vectors]);
}

function multiplyFrom(
  left: Memory,
  isByDepth: boolean,
  step: Step,
  thread: Thread,
  [rows, vectors]: readonly [number, number],
): void {
  const [rowStride, depthStride] = isByDepth ? [FLOAT_BYTES, step.stride] : [step.stride, FLOAT_BYTES];
  const panelStride = vectors * VECTOR_BYTES;
  const result = memoryOf(step, thread, PRODUCT_ARRAYS.result, 'result');
  const [finish, places] = [finishOf(step, thread, result), lanes(vectors, step.mask)];
  for (let row = 0; row < step.tiles * rows; row++) {
    const start = step.source + Math.floor(row / rows) * step.tileStride + (row % rows) * rowStride;
    // Looks whether the row's ends may be read; what lies between them is read without asking, which is faster.
    for (const k of [0, step.depth - 1]) left.read(start + k * depthStride);
    for (const place of places) {
      const sum = along(left, [start, depthStride], thread.scratch, [step.packed + place, panelStride], step.depth);
      const inResult = row * step.resultStride + place;
      result.write(step.result + inResult, finish(sum, row, place, inResult));
    }
  }
}

/** Σ left·right: of each a first value, and how far apart they are. */
function along(
  left: Memory,
  [start, stride]: readonly [number, number],
  right: Memory,
  [start2, stride2]: readonly [number, number],
  length: number,
): number {
  const [[a, step], [b, step2]] = [
    [start / FLOAT_BYTES, stride / FLOAT_BYTES],
    [start2 / FLOAT_BYTES, stride2 / FLOAT_BYTES],
  ] as const;
  let sum = 0;
  for (let k = 0; k < length; k++) {
    sum += (left.values[a + k * step] ?? Number.NaN) * (right.values[b + k * step2] ?? Number.NaN);
  }
  return sum;
}

/** What becomes of a sum: of the row of a tile, a column's offset in the panel, and one behind the first value of the result. */
type Finishing = (sum: number, row: number, inPanel: number, inResult: number) => number;

function finishOf(step: Step, thread: Thread, result: Memory): Finishing {
  const scale = float32Of(step.scale);
  const vector = (offset: number): number => memoryOf(step, thread, PRODUCT_ARRAYS.vector).read(step.extra + offset);
  const matrix = (offset: number): number => memoryOf(step, thread, PRODUCT_ARRAYS.matrix).read(step.matrix + offset);
  return (sum, row, inPanel, inResult) => {
    let value = sum;
    if (step.mode & MODE.scale) value *= scale;
    if (step.mode & MODE.bias) value += vector(inPanel);
    if (step.mode & MODE.add) value += result.read(step.result + inResult);
    if (step.mode & MODE.relu) value = Math.max(0, value);
    if (step.mode & MODE.addMatrix) value += matrix(inResult);
    if (step.mode & MODE.reluGradient) value = matrix(inResult) > 0 ? value : 0;
    return value;
  };
}

/** Sums over rows of b, which begin at 0 or with what is there. */
export function sums(step: Step, thread: Thread, [vectors = 0]: number[], continues: boolean): void {
  const b = memoryOf(step, thread, PRODUCT_ARRAYS.b, 'source');
  const to = memoryOf(step, thread, PRODUCT_ARRAYS.sums, 'result');
  for (const place of lanes(vectors, step.mask)) {
    let sum = continues ? to.read(step.result + place) : 0;
    for (let row = 0; row < step.tiles; row++) sum += b.read(step.source + row * step.stride + place);
    to.write(step.result + place, sum);
  }
}

export function softmax(step: Step, thread: Thread, _: number[], isMasked: boolean): void {
  const result = memoryOf(step, thread, PRODUCT_ARRAYS.result, 'result');
  const places = placesInRow(step);
  for (let row = 0; row < step.tiles; row++) {
    const start = step.result + row * step.resultStride;
    const inMask = step.source + row * step.stride;
    const values = places.map((place) => {
      const added = isMasked ? memoryOf(step, thread, PRODUCT_ARRAYS.vector, 'source').read(inMask + place) : 0;
      return result.read(start + place) + added;
    });
    const largest = Math.max(...values);
    const weights = values.map((value) => Math.exp(value - largest));
    const total = sumOf(weights);
    places.forEach((place, column) => result.write(start + place, (weights[column] ?? Number.NaN) / total));
  }
}

/** w·(dw − Σ w·dw) of each row, in place of dw. */
export function softmaxGradient(step: Step, thread: Thread): void {
  const gradients = memoryOf(step, thread, PRODUCT_ARRAYS.result, 'result');
  const weights = memoryOf(step, thread, PRODUCT_ARRAYS.matrix);
  for (let row = 0; row < step.tiles; row++) {
    const start = row * step.resultStride;
    const places = placesInRow(step).map((place) => start + place);
    const sum = sumOf(places.map((place) => weights.read(step.matrix + place) * gradients.read(step.result + place)));
    for (const place of places) {
      const difference = gradients.read(step.result + place) - sum;
      gradients.write(step.result + place, weights.read(step.matrix + place) * difference);
    }
  }
}
