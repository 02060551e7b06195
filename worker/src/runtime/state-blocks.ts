import * as tf from '@tensorflow/tfjs';
import type { NamedShape } from './device.ts';

/** Sums over a block are taken in rounds of so many values. */
const ROUND = 256;

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
      const size = tf.util.sizeFromShape(shape);
      if (open === null || open.size + size > largest) {
        open = { name: `block.${blocks.length}`, shape: [], parts: [], size: 0, moves };
        blocks.push(open);
      }
      open.parts.push({ name, shape, offset: open.size, size });
      open.size += size;
    }
  }
  return blocks.map((block) => {
    const multiple = block.size < ROUND ** 2 ? ROUND : ROUND ** 2;
    const size = Math.ceil(block.size / multiple) * multiple;
    return { ...block, size, shape: [size] };
  });
}

/** Each parameter as a block of its own, called by its name and of its shape. */
export function parameterBlocks(parameters: readonly NamedShape[], frozen: ReadonlySet<string>): Block[] {
  return parameters.map(({ name, shape }) => {
    const size = tf.util.sizeFromShape(shape);
    return { name, shape, size, parts: [{ name, shape, offset: 0, size }], moves: !frozen.has(name) };
  });
}

/** The parameters that a block holds, taken out of it as tensors of their own shapes. */
export function partsOf(block: Block, values: tf.Tensor): [string, tf.Tensor][] {
  const { parts, size } = block;
  const used = parts.reduce((total, part) => total + part.size, 0);
  const sizes = [...parts.map((part) => part.size), ...(used < size ? [size - used] : [])];
  const pieces = cut(values, sizes);
  return parts.map(({ name, shape }, index) => [name, shaped(pieces[index] as tf.Tensor, shape)]);
}

/** A graphics processor's kernel may write at most so many arrays everywhere: eight, of which one is read. */
const PIECES_AT_ONCE = 7;

/** Takes pieces of these sizes out of a flat array, each by itself. */
export function slices(values: tf.Tensor, sizes: readonly number[]): tf.Tensor[] {
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return tf.slice(values, [end - size], [size]);
  });
}

/** Cuts a flat array into pieces of these sizes, first into few large ones and those again. */
export function cut(values: tf.Tensor, sizes: readonly number[]): tf.Tensor[] {
  if (sizes.length === 1) return [values];
  let span = 1;
  while (span * PIECES_AT_ONCE < sizes.length) span *= PIECES_AT_ONCE;
  const groups: number[][] = [];
  for (let start = 0; start < sizes.length; start += span) groups.push(sizes.slice(start, start + span));
  const lengths = groups.map((group) => group.reduce((total, size) => total + size, 0));
  return tf.split(values, lengths).flatMap((piece, index) => cut(piece, groups[index] ?? []));
}

/** The same values in another shape; no operator where it is the same. */
function shaped(values: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return values.shape.join() === shape.join() ? values : tf.reshape(values, [...shape]);
}

/** One gradient of each of a block's parameters, in their order, as the gradient of the block. */
export function asBlock({ parts, size }: Block, gradients: readonly tf.Tensor[]): tf.Tensor {
  const used = parts.reduce((total, part) => total + part.size, 0);
  const rest = used < size ? [tf.zeros([size - used])] : [];
  return tf.concat([...gradients.map((gradient) => shaped(gradient, [gradient.size])), ...rest]);
}

/** Σx² of a block [1], in rounds: one sum over all of it would keep a graphics processor's other cores idle. */
export function squaredNormOf(block: tf.Tensor): tf.Tensor {
  const squares = tf.mul(block, block);
  if (block.size < ROUND ** 2) return tf.sum(tf.sum(tf.reshape(squares, [-1, ROUND]), 1), 0, true);
  return tf.sum(tf.sum(tf.sum(tf.reshape(squares, [-1, ROUND, ROUND]), 2), 1), 0, true);
}
