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

/** Where a mask is drawn, and the inputs of each lane that are cut from it, one behind the other. */
interface PlacedMask {
  address: number;
  paddedCount: number;
  packed: boolean;
  lanes: readonly MaskSpec[];
}

/** Memory that random masks are drawn into. */
interface MaskMemory {
  readonly memory: WebAssembly.Memory;
  readonly kernels: SimdKernels;
}

/** Room for the random masks of graphs that are not used at the same time: as large as the largest has needed. */
export class MaskRoom {
  readonly shared: boolean;
  private newest: MaskMemory | null = null;

  constructor(shared = false) {
    this.shared = shared;
  }

  /** Memory of at least so many bytes; what was drawn into it for other graphs is lost. */
  take(bytes: number): MaskMemory {
    if (this.newest !== null && this.newest.memory.buffer.byteLength >= bytes) return this.newest;
    const pages = Math.ceil(bytes / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: this.shared });
    this.newest = { memory, kernels: createSimdKernels(memory) };
    return this.newest;
  }
}

/** Random masks for the graphs of one batch's lanes, each of which gets those of its rows: a value is 0 with probability `rate` and 1/(1 − rate) otherwise, decided by seed, step, micro-batch, mask and place alone. */
export class DropoutMasks {
  private readonly rate: number;
  private readonly seed: number;
  private readonly room: MaskRoom;
  private readonly bytes: number;
  /** The masks that are in use, and where packed ones can be drawn ahead. */
  private current: PlacedMask[];
  private ahead: PlacedMask[] | null;
  /** The step and micro-batch whose masks have been drawn ahead. */
  private drawnAhead: string | null = null;

  /** `lanes` are the masks of each lane's graph, whose rows follow one another; a packed mask is never divided. */
  constructor(lanes: readonly (readonly MaskSpec[])[], rate: number, seed: number, room = new MaskRoom()) {
    this.rate = rate;
    this.seed = seed;
    let free = 0;
    const place = (): PlacedMask[] =>
      (lanes[0] ?? []).map(({ packed }, index) => {
        const parts = lanes.flatMap((specs) => specs[index] ?? []);
        const count = parts.reduce((total, part) => total + part.count, 0);
        const paddedCount = Math.ceil(count / KERNEL_BLOCK) * KERNEL_BLOCK;
        const address = free;
        free += packed ? (paddedCount / BITS) * 4 : paddedCount * 4;
        return { address, paddedCount, packed, lanes: parts };
      });
    this.current = place();
    const drawsAhead = this.current.length > 0 && this.current.every(({ packed }) => packed);
    this.ahead = drawsAhead ? place() : null;
    this.bytes = free + KERNEL_REACH_BYTES;
    // Another graph's masks must not be drawn over those that were drawn ahead.
    this.room = drawsAhead ? new MaskRoom(room.shared) : room;
  }

  /** The masks of a micro-batch (counted from 0) of a step, as feeds of each lane; valid until masks are drawn next in the same room. */
  at(step: number, microBatch: number): (lane: number) => Feeds {
    if (this.ahead !== null && this.drawnAhead === `${step}.${microBatch}`) {
      [this.current, this.ahead] = [this.ahead, this.current];
    } else {
      this.draw(this.current, step, microBatch);
    }
    this.drawnAhead = null;
    const masks = this.current;
    return (lane) => Object.fromEntries(masks.flatMap((mask) => this.feedOf(mask, lane)));
  }

  private feedOf({ address, lanes }: PlacedMask, lane: number): [string, Feeds[string]][] {
    const spec = lanes[lane];
    if (spec === undefined) return [];
    const before = lanes.slice(0, lane).reduce((sum, { shape }) => sum + shapeSize(shape), 0);
    const { buffer } = this.room.take(this.bytes).memory;
    const data = new Float32Array(buffer, address + 4 * before, shapeSize(spec.shape));
    return [[spec.name, { data, shape: spec.shape }]];
  }

  /** Draws packed masks that are likely to be asked for next, while those in use stay as they are. */
  prepare(step: number, microBatch: number): void {
    if (this.ahead === null) return;
    this.draw(this.ahead, step, microBatch);
    this.drawnAhead = `${step}.${microBatch}`;
  }

  private draw(masks: readonly PlacedMask[], step: number, microBatch: number): void {
    if (masks.length === 0) return;
    const { kernels } = this.room.take(this.bytes);
    const threshold = Math.floor(this.rate * 2 ** 32);
    masks.forEach(({ address, paddedCount, packed }, index) => {
      const key = randomKey(this.seed, DROPOUT_STREAM, step, microBatch, index);
      if (packed) kernels.dropoutBits(address, paddedCount, key, threshold);
      else kernels.dropoutMask(address, paddedCount, key, threshold, 1 / (1 - this.rate));
    });
  }
}
