import type * as tf from '@tensorflow/tfjs';
import { productNode } from '../products/product-node.ts';
import {
  PLAIN_PRODUCT,
  resultShape,
  type Finish,
  type Interleaving,
  type MaskStrides,
} from '../products/product-plan.ts';
import type { ProductOptions } from './kernels/matmul.ts';
import { asTensor, traceBackend } from './trace-backend.ts';

/** Appends op(a)·op(b) as this project's own operator, with what is done with the product before it is written. */
function append(
  [a, b, ...further]: [tf.Tensor, tf.Tensor, ...tf.Tensor[]],
  { transposeA = false, transposeB = false, scale = 1 }: ProductOptions,
  finish: Finish,
  interleaved: Interleaving = PLAIN_PRODUCT.interleaved,
): tf.Tensor {
  const [shape, other] = [dimensions(a, interleaved.a), dimensions(b, interleaved.b)];
  const outer = shape.slice(0, -2);
  const [first = 1, second = 1] = shape.slice(-2);
  const [rows, depth] = transposeA ? [second, first] : [first, second];
  const columns = other.at(transposeB ? -2 : -1) ?? 1;
  const sizes = { outer, rows, depth, columns, transposeA, transposeB, scale, finish, interleaved };
  const { operator, ...node } = productNode(sizes);
  const { builder } = traceBackend;
  const inputs = [a, b, ...further].map((tensor) => traceBackend.nameOf(tensor));
  const name = builder.operation(operator, inputs, node);
  const result = resultShape(sizes);
  // ONNX Runtime cannot know what the operator gives, and plans memory by it.
  builder.described.push({ name, shape: result, type: 'float32' });
  return asTensor(traceBackend.value(name, result, 'float32'));
}

/** A tensor's dimensions as matrices of the last two, whatever their order in memory. */
function dimensions({ shape }: tf.Tensor, isInterleaved: boolean): number[] {
  const [before = 1, height = 1, between = 1, width = 1] = shape;
  return isInterleaved ? [before, between, height, width] : shape;
}

/** op(a)·op(b), of matrices. */
export function ownProduct(a: tf.Tensor, b: tf.Tensor, options: ProductOptions): tf.Tensor {
  return append([a, b], options, { kind: 'none' });
}

/** op(p)·v for each head: p [B, h, ·, ·] and v [B, ·, h, k] → [B, ·, h, k]. */
export function ownHeadsProduct(p: tf.Tensor, v: tf.Tensor, options: ProductOptions): tf.Tensor {
  return append([p, v], options, { kind: 'none' }, { a: false, b: true, result: true });
}

/** a·b + bias [columns], or what of it is above 0. */
export function ownAffine(a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor {
  return append([a, b, bias], {}, { kind: 'bias', relu });
}

/** Both factors are [B, ·, h, k]; the result is [B, h, ·, ·]. */
const HEADS_INSIDE: Interleaving = { a: true, b: true, result: false };

/** Softmax of scale·q·kᵀ + mask over the keys, for each head; the mask has a value for every key, and broadcasts along all else. */
export function ownAttentionWeights(q: tf.Tensor, k: tf.Tensor, scale: number, mask: tf.Tensor | null): tf.Tensor {
  const options = { transposeB: true, scale };
  if (mask === null) return append([q, k], options, { kind: 'softmax', mask: null }, HEADS_INSIDE);
  return append([q, k, mask], options, { kind: 'softmax', mask: stridesOf(mask) }, HEADS_INSIDE);
}

/** weights·(dO·vᵀ − rowSums) for each head: the gradient of what the softmax of these weights was taken of. */
export function ownScoresGradient(dO: tf.Tensor, v: tf.Tensor, weights: tf.Tensor, rowSums: tf.Tensor): tf.Tensor {
  return append([dO, v, weights, rowSums], { transposeB: true }, { kind: 'softmaxGradient' }, HEADS_INSIDE);
}

/** Distances between a mask's values along four dimensions, of which it may lack the first ones. */
function stridesOf(mask: tf.Tensor): MaskStrides {
  const shape = [...[1, 1, 1, 1].slice(mask.rank), ...mask.shape];
  const [before = 0, between = 0, row = 0] = shape.slice(0, 3).map((size, axis) => {
    const inner = shape.slice(axis + 1).reduce((product, other) => product * other, 1);
    return size === 1 ? 0 : inner;
  });
  return { outer: [before, between], row };
}
