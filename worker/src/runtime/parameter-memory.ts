import type { NamedShape, StateShape } from './device.ts';
import { KERNEL_BLOCK } from './simd-kernels.ts';

const PAGE_BYTES = 65_536;
/** One page below WebAssembly's 4 GiB, so that the end of the last array is still a 32-bit address. */
const MOST_PAGES = 65_535;

/** One region of the memory: the same arrays in the same places, once for each purpose. */
export interface Region {
  /** Byte address of the region. */
  address: number;
  /** All values, padding included. */
  all: Float32Array;
  /** The array of each parameter. */
  views: Map<string, Float32Array>;
}

/** Parameters, moments and gradients side by side in one WebAssembly memory, so that an optimiser is one pass over it. */
export interface ParameterMemory {
  memory: WebAssembly.Memory;
  /** Values in a region, a multiple of the kernels' block. */
  count: number;
  /** Place of each parameter in every region, in values, and its length rounded up to the kernels' block. */
  extents: Map<string, { offset: number; paddedCount: number }>;
  /** Slot 0: parameters; then one region for each moment. */
  slots: Region[];
  gradients: Region | null;
}

function sizeOf({ shape }: NamedShape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Lays out and zeroes the memory for a state; throws when it exceeds what one WebAssembly memory can hold. */
export function allocateParameterMemory(state: StateShape): ParameterMemory {
  const extents = new Map<string, { offset: number; paddedCount: number }>();
  let count = 0;
  for (const parameter of state.parameters) {
    const paddedCount = Math.ceil(sizeOf(parameter) / KERNEL_BLOCK) * KERNEL_BLOCK;
    extents.set(parameter.name, { offset: count, paddedCount });
    count += paddedCount;
  }
  const regionCount = 1 + state.moments + (state.training ? 1 : 0);
  const pages = Math.ceil((count * 4 * regionCount) / PAGE_BYTES);
  if (pages > MOST_PAGES) {
    throw new Error(
      `The model needs ${((count * 4 * regionCount) / 2 ** 30).toFixed(1)} GiB for parameters, gradients and optimiser state; the CPU device holds at most 4 GiB`,
    );
  }
  const memory = new WebAssembly.Memory({ initial: Math.max(1, pages), maximum: 65_536 });
  const region = (index: number): Region => {
    const address = index * count * 4;
    const all = new Float32Array(memory.buffer, address, count);
    // Touch every page now: a page fault in the middle of the first steps costs far more than here.
    all.fill(0);
    const views = new Map(
      state.parameters.map((parameter) => {
        const offset = extents.get(parameter.name)?.offset ?? 0;
        return [parameter.name, all.subarray(offset, offset + sizeOf(parameter))] as const;
      }),
    );
    return { address, all, views };
  };
  const slots = Array.from({ length: 1 + state.moments }, (_, index) => region(index));
  return { memory, count, extents, slots, gradients: state.training ? region(1 + state.moments) : null };
}
