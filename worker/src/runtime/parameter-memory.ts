import { MOST_LANES } from '@greenlight/shared/stages/training/plan/lanes.ts';
import { ModelTooLargeError } from './device-error.ts';
import type { NamedShape, StateShape } from './device.ts';
import { KERNEL_BLOCK, KERNEL_REACH_BYTES } from './kernel-loops.ts';

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
  /**
   * Where the gradients of further micro-batches and lanes arrive before they are added: none, one or two, as many as fit. Nobody touches their pages
   * before the first that needs them, so that without one they take no memory.
   */
  furtherGradients: Region[];
  /** What updates go over: stretches of the parameters that are not frozen. */
  trainable: Stretch[];
  /** Byte address of room for blocks of gradients, one for each thread that was asked for; null where none is left. */
  blocks: number | null;
}

/** A stretch of a region, in values. */
interface Stretch {
  offset: number;
  count: number;
}

function sizeOf({ shape }: NamedShape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** What may be wanted of a memory besides. */
interface Preferences {
  /** Room for blocks of gradients. */
  blockBytes?: number;
  /** Called before any page is touched. */
  preferHugePages?: (memory: WebAssembly.Memory) => void;
}

/** Lays out and zeroes the memory for a state; throws when it exceeds what one WebAssembly memory can hold. */
export function allocateParameterMemory(
  state: StateShape,
  isShared: boolean,
  { blockBytes = 0, preferHugePages = () => undefined }: Preferences = {},
): ParameterMemory {
  const extents = new Map<string, { offset: number; paddedCount: number }>();
  let count = 0;
  for (const parameter of state.parameters) {
    const paddedCount = Math.ceil(sizeOf(parameter) / KERNEL_BLOCK) * KERNEL_BLOCK;
    extents.set(parameter.name, { offset: count, paddedCount });
    count += paddedCount;
  }
  const regionCount = 1 + state.moments + (state.training ? 1 : 0);
  const pagesOf = (regions: number): number => Math.ceil((count * 4 * regions + KERNEL_REACH_BYTES) / PAGE_BYTES);
  if (pagesOf(regionCount) > MOST_PAGES) {
    const gibibytes = ((count * 4 * regionCount) / 2 ** 30).toFixed(1);
    throw new ModelTooLargeError({
      zh: `模型的参数、梯度与优化器状态共需 ${gibibytes} GiB，而 CPU 最多容纳 4 GiB。`,
      en: `The model needs ${gibibytes} GiB for parameters, gradients and optimiser state; the CPU holds at most 4 GiB.`,
    });
  }
  const further = state.training
    ? Array.from({ length: MOST_LANES }, (_, index) => regionCount + index).filter(
        (index) => pagesOf(index + 1) <= MOST_PAGES,
      )
    : [];
  const blocks = count * 4 * (regionCount + further.length);
  const pagesWithBlocks = pagesOf(regionCount + further.length) + Math.ceil(blockBytes / PAGE_BYTES);
  const hasBlocks = blockBytes > 0 && pagesWithBlocks <= MOST_PAGES;
  const pages = hasBlocks ? pagesWithBlocks : pagesOf(regionCount + further.length);
  const memory = new WebAssembly.Memory({ initial: Math.max(1, pages), maximum: 65_536, shared: isShared });
  preferHugePages(memory);
  // Touch every page now: a page fault in the middle of the first steps costs far more than here.
  new Float32Array(memory.buffer, 0, count * regionCount).fill(0);
  const region = (index: number): Region => {
    const address = index * count * 4;
    const all = new Float32Array(memory.buffer, address, count);
    const views = new Map(
      state.parameters.map((parameter) => {
        const offset = extents.get(parameter.name)?.offset ?? 0;
        return [parameter.name, all.subarray(offset, offset + sizeOf(parameter))] as const;
      }),
    );
    return { address, all, views };
  };
  const slots = Array.from({ length: 1 + state.moments }, (_, index) => region(index));
  return {
    memory,
    count,
    extents,
    slots,
    gradients: state.training ? region(1 + state.moments) : null,
    furtherGradients: further.map((index) => region(index)),
    trainable: trainableStretches(state, extents),
    blocks: hasBlocks ? blocks : null,
  };
}

/** The parameters that are not frozen, neighbours joined. */
function trainableStretches(
  { parameters, frozen }: StateShape,
  extents: ReadonlyMap<string, { offset: number; paddedCount: number }>,
): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { name } of parameters) {
    const extent = extents.get(name);
    if (extent === undefined || frozen.has(name)) continue;
    const last = stretches.at(-1);
    if (last !== undefined && last.offset + last.count === extent.offset) last.count += extent.paddedCount;
    else stretches.push({ offset: extent.offset, count: extent.paddedCount });
  }
  return stretches;
}
