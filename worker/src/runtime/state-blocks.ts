import * as tf from '@tensorflow/tfjs';
import type { NamedShape } from './device.ts';

/** Sizes of blocks are multiples of this, so that sums over a block can be taken in three rounds of equal rows. */
export const BLOCK_MULTIPLE = 2 ** 16;

/** Values of a block at most, unless one parameter alone has more: 128 MiB, which every graphics processor can bind at once. */
const LARGEST_BLOCK = 2 ** 25;

/** Where a parameter lies in its block. */
export interface BlockPart extends NamedShape {
  offset: number;
  size: number;
}

/** Parameters that lie one after the other in one flat array; the rest of it is zeros. */
export interface Block extends NamedShape {
  parts: BlockPart[];
  size: number;
  /** Updates move its parameters. */
  moves: boolean;
}

/**
 * The blocks of a model: an update of one long array costs a graphics processor far less than one of every parameter, whose arrays are
 * mostly too short to keep it busy. Parameters that move and frozen ones never share a block.
 */
export function stateBlocks(
  parameters: readonly NamedShape[],
  frozen: ReadonlySet<string>,
  largest = LARGEST_BLOCK,
): Block[] {
  const blocks: Block[] = [];
  for (const moves of [true, false]) {
    let open: Block | null = null;
    for (const { name, shape } of parameters.filter((parameter) => frozen.has(parameter.name) !== moves)) {
      const size = shape.reduce((product, length) => product * length, 1);
      if (open === null || open.size + size > largest) {
        open = { name: `block.${blocks.length}`, shape: [], parts: [], size: 0, moves };
        blocks.push(open);
      }
      open.parts.push({ name, shape, offset: open.size, size });
      open.size += size;
    }
  }
  return blocks.map((block) => {
    const size = Math.ceil(block.size / BLOCK_MULTIPLE) * BLOCK_MULTIPLE;
    return { ...block, size, shape: [size] };
  });
}

/** The parameters that a block holds, taken out of it as tensors of their own shapes. */
export function partsOf({ parts }: Block, values: tf.Tensor): [string, tf.Tensor][] {
  return parts.map(({ name, shape, offset, size }) => [name, tf.reshape(tf.slice(values, [offset], [size]), shape)]);
}

/** One gradient of each of a block's parameters, in their order, as the gradient of the block. */
export function asBlock({ parts, size }: Block, gradients: readonly tf.Tensor[]): tf.Tensor {
  const used = parts.reduce((total, part) => total + part.size, 0);
  const rest = used < size ? [tf.zeros([size - used])] : [];
  return tf.concat([...gradients.map((gradient) => tf.reshape(gradient, [-1])), ...rest]);
}

/** Σx² of a block, in rounds of 256 values: one sum over all of it would keep a graphics processor's other cores idle. */
export function squaredNormOf(block: tf.Tensor): tf.Tensor {
  const squares = tf.reshape(tf.mul(block, block), [-1, 256, 256]);
  return tf.sum(tf.sum(tf.sum(squares, 2), 1));
}
