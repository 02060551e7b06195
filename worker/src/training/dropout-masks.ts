import * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { shapeSize } from '../model/parameters.ts';
import { randomKey } from '../model/random.ts';
import type { Feeds } from '../runtime/device.ts';
import { KERNEL_BLOCK, KERNEL_REACH_BYTES } from '../runtime/kernel-loops.ts';
import { createSimdKernels, type SimdKernels } from '../runtime/simd-kernels.ts';

const PAGE_BYTES = 65_536;

/** Distinguishes dropout's random streams from those of initialisation. */
const DROPOUT_STREAM = 2;

/** Values whose bits share a number; a float32 holds whole numbers of 24 bits exactly. */
const BITS = KERNEL_BLOCK;

/** A random mask as its graph wants it: a number for each value, or bits. */
export interface MaskSpec extends TensorSpec {
  /** Number of values that it decides about. */
  count: number;
  packed: boolean;
}

/** The graph input for the mask of an array. */
export function maskSpec(name: string, shape: number[], packed: boolean): MaskSpec {
  const count = shapeSize(shape);
  return { name, shape: packed ? [Math.ceil(count / BITS)] : shape, type: 'float32', count, packed };
}

/** The values of a mask of so many bits [N / 16] → its array: each 0, or 1/(1 − rate). */
export function unpackedMask(words: tf.Tensor, shape: number[], rate: number): tf.Tensor {
  const halves = tf.tensor(
    Array.from({ length: BITS }, (_, bit) => 2 ** -(bit + 1)),
    [1, BITS],
  );
  // What is left of the number behind the point is at least a half where the bit is 1.
  const shifted = tf.mul(tf.reshape(words, [-1, 1]), halves);
  const bits = tf.floor(tf.add(tf.sub(shifted, tf.floor(shifted)), 0.5));
  const count = shapeSize(shape);
  const flat = bits.size === count ? bits : tf.slice(tf.reshape(bits, [bits.size]), [0], [count]);
  return tf.mul(tf.reshape(flat, shape), 1 / (1 - rate));
}

/** Where a mask is drawn, and the feeds of each lane that are cut from it. */
interface DrawnMask {
  address: number;
  paddedCount: number;
  packed: boolean;
  lanes: Feeds[];
}

/** Random masks for the graphs of one batch's lanes, each of which gets those of its rows: a value is 0 with probability `rate` and 1/(1 − rate) otherwise, decided by seed, step, micro-batch, mask and place alone. */
export class DropoutMasks {
  private readonly rate: number;
  private readonly seed: number;
  private readonly kernels: SimdKernels;
  /** The masks that are in use, and where packed ones can be drawn ahead. */
  private current: DrawnMask[];
  private ahead: DrawnMask[] | null;
  /** The step and micro-batch whose masks have been drawn ahead. */
  private drawnAhead: string | null = null;

  /** `lanes` are the masks of each lane's graph, whose rows follow one another; a packed mask is never divided. */
  constructor(lanes: readonly (readonly MaskSpec[])[], rate: number, seed: number, shared = false) {
    this.rate = rate;
    this.seed = seed;
    const sizes = (lanes[0] ?? []).map(({ packed }, index) => {
      const parts = lanes.flatMap((specs) => specs[index] ?? []);
      const count = parts.reduce((total, part) => total + part.count, 0);
      const paddedCount = Math.ceil(count / KERNEL_BLOCK) * KERNEL_BLOCK;
      return { parts, packed, paddedCount, bytes: packed ? (paddedCount / BITS) * 4 : paddedCount * 4 };
    });
    const drawsAhead = sizes.length > 0 && sizes.every(({ packed }) => packed);
    const bytes = sizes.reduce((total, mask) => total + mask.bytes, 0);
    const pages = Math.max(1, Math.ceil(((drawsAhead ? 2 : 1) * bytes + KERNEL_REACH_BYTES) / PAGE_BYTES));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    this.kernels = createSimdKernels(memory);
    let free = 0;
    const place = (): DrawnMask[] =>
      sizes.map(({ parts, packed, paddedCount, bytes: taken }) => {
        const address = free;
        let start = address;
        const divided = parts.map(({ name, shape }): Feeds => {
          const data = new Float32Array(memory.buffer, start, shapeSize(shape));
          start += data.byteLength;
          return { [name]: { data, shape } };
        });
        free += taken;
        return { address, paddedCount, packed, lanes: divided };
      });
    this.current = place();
    this.ahead = drawsAhead ? place() : null;
  }

  /** The masks of a micro-batch (counted from 0) of a step, as feeds of each lane; valid until the next call. */
  at(step: number, microBatch: number): (lane: number) => Feeds {
    if (this.ahead !== null && this.drawnAhead === `${step}.${microBatch}`) {
      [this.current, this.ahead] = [this.ahead, this.current];
    } else {
      this.draw(this.current, step, microBatch);
    }
    this.drawnAhead = null;
    const masks = this.current;
    return (lane) => Object.assign({}, ...masks.map(({ lanes }) => lanes[lane] ?? {})) as Feeds;
  }

  /** Draws packed masks that are likely to be asked for next, while those in use stay as they are. */
  prepare(step: number, microBatch: number): void {
    if (this.ahead === null) return;
    this.draw(this.ahead, step, microBatch);
    this.drawnAhead = `${step}.${microBatch}`;
  }

  private draw(masks: readonly DrawnMask[], step: number, microBatch: number): void {
    const threshold = Math.floor(this.rate * 2 ** 32);
    masks.forEach(({ address, paddedCount, packed }, index) => {
      const key = randomKey(this.seed, DROPOUT_STREAM, step, microBatch, index);
      if (packed) this.kernels.dropoutBits(address, paddedCount, key, threshold);
      else this.kernels.dropoutMask(address, paddedCount, key, threshold, 1 / (1 - this.rate));
    });
  }
}
