import type { TensorSpec } from '../graph/graph-builder.ts';
import { shapeSize } from '../model/parameters.ts';
import { randomKey } from '../model/random.ts';
import type { Feeds } from '../runtime/device.ts';
import { createSimdKernels, KERNEL_BLOCK, KERNEL_REACH_BYTES, type SimdKernels } from '../runtime/simd-kernels.ts';

const PAGE_BYTES = 65_536;

/** Distinguishes dropout's random streams from those of initialisation. */
const DROPOUT_STREAM = 2;

/** Random masks for one training graph: a value is 0 with probability `rate` and 1/(1 − rate) otherwise, decided by seed, step, micro-batch, mask and place alone. */
export class DropoutMasks {
  private readonly rate: number;
  private readonly seed: number;
  private readonly kernels: SimdKernels;
  private readonly masks: { name: string; shape: number[]; data: Float32Array; paddedCount: number }[];

  constructor(specs: readonly TensorSpec[], rate: number, seed: number) {
    this.rate = rate;
    this.seed = seed;
    const paddedCounts = specs.map(({ shape }) => Math.ceil(shapeSize(shape) / KERNEL_BLOCK) * KERNEL_BLOCK);
    const bytes = paddedCounts.reduce((total, count) => total + count * 4, KERNEL_REACH_BYTES);
    const memory = new WebAssembly.Memory({ initial: Math.max(1, Math.ceil(bytes / PAGE_BYTES)), maximum: 65_536 });
    this.kernels = createSimdKernels(memory);
    let address = 0;
    this.masks = specs.map(({ name, shape }, index) => {
      const data = new Float32Array(memory.buffer, address, shapeSize(shape));
      const paddedCount = paddedCounts[index] ?? 0;
      address += paddedCount * 4;
      return { name, shape, data, paddedCount };
    });
  }

  /** The masks of a micro-batch (counted from 0) of a step, as feeds; valid until the next call. */
  at(step: number, microBatch: number): Feeds {
    const threshold = Math.floor(this.rate * 2 ** 32);
    this.masks.forEach(({ data, paddedCount }, index) => {
      const key = randomKey(this.seed, DROPOUT_STREAM, step, microBatch, index);
      this.kernels.dropoutMask(data.byteOffset, paddedCount, key, threshold, 1 / (1 - this.rate));
    });
    return Object.fromEntries(this.masks.map(({ name, shape, data }) => [name, { data, shape }]));
  }
}
