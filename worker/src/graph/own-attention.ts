import * as tf from '@tensorflow/tfjs';
import type { Operations } from '../model/operations.ts';
import { HIDDEN_SCORE } from '../model/transformer.ts';
import { attentionNode, type ATTENTION_OPERATORS } from '../products/attention-node.ts';
import { attentionShapes, gradientShapes, type AttentionSizes } from '../products/attention-plan.ts';
import type { MaskStrides } from '../products/product-plan.ts';
import { appendOwn } from './own-node.ts';
import { traceBackend } from './trace-backend.ts';

/** Appends an operator of attention; gives a tensor for each of its outputs. */
function append(which: keyof typeof ATTENTION_OPERATORS, inputs: tf.Tensor[], sizes: AttentionSizes): tf.Tensor[] {
  const { operator, ...node } = attentionNode(which, sizes);
  const shapes = which === 'gradient' ? gradientShapes(sizes) : attentionShapes(sizes);
  const names = inputs.map((tensor) => traceBackend.nameOf(tensor));
  return appendOwn(operator, names, node, shapes);
}

/**
 * Attention with this project's own operators, which read heads where they lie, [B, T, h, k], and do all with one head's scores before they turn to the next: scores of the
 * whole batch do not fit into the processor's cache.
 */
export const ownAttention: Operations['attention'] = (queries, keys, values, mask) => {
  const [batch, asking, heads, width] = queries.shape as [number, number, number, number];
  const strides = mask === null ? null : stridesOf(mask);
  const isCausal = mask !== null && hidesWhatComes(mask);
  const seen = keys.shape[1] ?? 1;
  const sizes = { batch, heads, asking, seen, width, scale: 1 / Math.sqrt(width), mask: strides, isCausal };
  const apply = tf.customGrad((...inputs) => {
    const [q, k, v, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const given = mask === null ? [q, k, v] : [q, k, v, mask];
    const [weights, attended] = append(mask === null ? 'plain' : 'masked', given, sizes) as [tf.Tensor, tf.Tensor];
    save([q, k, v, weights]);
    return {
      value: attended,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => append('gradient', [dy, ...saved], sizes),
    };
  });
  return apply(queries, keys, values);
};

/** Whether a mask, of numbers that are known while the graph is recorded, hides from every token those behind it. */
function hidesWhatComes(mask: tf.Tensor): boolean {
  const numbers = traceBackend.numbersOf(mask);
  const [asking = 0, seen = 0] = mask.shape;
  if (numbers === null || mask.rank !== 2 || asking !== seen) return false;
  for (let row = 0; row < asking; row++) {
    for (let column = row + 1; column < seen; column++) {
      if (!((numbers[row * seen + column] ?? 0) <= HIDDEN_SCORE)) return false;
    }
  }
  return true;
}

/** A mask's sizes along the four dimensions of scores, of which it may lack the first ones. */
export function maskSizes(mask: tf.Tensor): [texts: number, heads: number, asking: number, seen: number] {
  return [...[1, 1, 1, 1].slice(mask.rank), ...mask.shape] as [number, number, number, number];
}

/** Distances between its values along them. */
function stridesOf(mask: tf.Tensor): MaskStrides {
  const shape = maskSizes(mask);
  const [before = 0, between = 0, row = 0] = shape.slice(0, 3).map((size, axis) => {
    const inner = shape.slice(axis + 1).reduce((product, other) => product * other, 1);
    return size === 1 ? 0 : inner;
  });
  return { outer: [before, between], row };
}
