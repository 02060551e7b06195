import type * as tf from '@tensorflow/tfjs';
import { productNode, type MatrixProduct } from '../products/product-node.ts';
import { appendOwn } from './own-node.ts';
import { traceBackend } from './trace-backend.ts';

/** Which factors lie in memory the other way round. */
interface Transposed {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** Appends op(a)·op(b) of matrices as this project's own operator, with what is done with it; gives a tensor for each output. */
function append(
  [a, b, ...further]: [tf.Tensor, tf.Tensor, ...tf.Tensor[]],
  { transposeA = false, transposeB = false }: Transposed,
  finish: MatrixProduct['finish'],
): [result: tf.Tensor, sums: tf.Tensor] {
  const [first = 1, second = 1] = a.shape;
  const [rows, depth] = transposeA ? [second, first] : [first, second];
  const columns = b.shape[transposeB ? 0 : 1] ?? 1;
  const { operator, ...node } = productNode({ rows, depth, columns, transposeA, transposeB, finish });
  const inputs = [a, b, ...further].map((tensor) => traceBackend.nameOf(tensor));
  const shapes = [[rows, columns], ...(finish.kind === 'sums' ? [[columns]] : [])];
  return appendOwn(operator, inputs, node, shapes) as [tf.Tensor, tf.Tensor];
}

/** op(a)·op(b) */
export function ownProduct(a: tf.Tensor, b: tf.Tensor, options: Transposed): tf.Tensor {
  return append([a, b], options, { kind: 'none' })[0];
}

/** a·b + bias [columns], or what of it is above 0. */
export function ownAffine(a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor {
  return append([a, b, bias], {}, { kind: 'bias', relu })[0];
}

/** xᵀ·dy and the sums over dy's rows, for x [N, in] and dy [N, out]: [in, out] and [out]. */
export function ownWeightGradient(x: tf.Tensor, dy: tf.Tensor): [weight: tf.Tensor, bias: tf.Tensor] {
  return append([x, dy], { transposeA: true }, { kind: 'sums' });
}
