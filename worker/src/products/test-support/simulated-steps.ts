import { FLOAT_BYTES, LANES, MODE } from '../layout.ts';
import type { Step } from '../step.ts';
import type { Memory } from './simulated-memory.ts';

/** What the steps of a thread find: the job's arrays by their place in it, and what only this thread has. */
export interface Thread {
  arrays: ReadonlyMap<number, Memory>;
  scratch: Memory;
  own: Memory;
}

/** The array whose address is there in the step's view, or the thread's own memory, where the step says that its offset is one of that. */
export function memoryOf(
  { code, view, own }: Step,
  thread: Thread,
  place: number,
  offset?: Step['own'][number],
): Memory {
  const array = thread.arrays.get(view + place);
  if (offset !== undefined && own.includes(offset)) {
    if (array !== undefined) throw new Error(`'${code}' adds an address of own memory to an array's`);
    return thread.own;
  }
  if (array === undefined) throw new Error(`'${code}' reads or writes an array that there is not, at ${view + place}`);
  return array;
}

/** Whether a lane of vectors beside each other is one that there is: the mask is of the last vector. */
export function isThere(index: number, vectors: number, mask: number): boolean {
  const inLast = index - (vectors - 1) * LANES;
  return inLast < 0 || ((mask >> inLast) & 1) === 1;
}

/** Offsets of the lanes that there are. */
export function lanes(vectors: number, mask: number): number[] {
  return Array.from({ length: vectors * LANES }, (_, index) => index)
    .filter((index) => isThere(index, vectors, mask))
    .map((index) => index * FLOAT_BYTES);
}

/** Offsets of the values of a row that is gone through: whole vectors, then those of the mask. */
export function placesInRow({ depth, mode, mask }: Step): number[] {
  if (depth % (LANES * FLOAT_BYTES) !== 0) throw new Error(`${depth} bytes are not whole vectors`);
  const whole = depth / FLOAT_BYTES;
  const values = whole + (mode & MODE.tail ? 32 - Math.clz32(mask) : 0);
  return Array.from({ length: values }, (_, index) => index * FLOAT_BYTES);
}

/** The float32 of these bits. */
export function float32Of(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0] ?? Number.NaN;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
