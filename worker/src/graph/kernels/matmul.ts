import type * as tf from '@tensorflow/tfjs';
import { traceBackend } from '../trace-backend.ts';
import { register, required } from './register.ts';

/** What a matrix product does besides multiplying: transposes the last two dimensions of an operand, scales the result. */
export interface ProductOptions {
  transposeA?: boolean;
  transposeB?: boolean;
  scale?: number;
}

/**
 * Appends a matrix product of [..., m, k] and [..., k, n] (before the transposes) and returns its value.
 * With `fused`, transposes and scale cost nothing (com.microsoft FusedMatMul: CPU and CUDA only); without, plain ONNX operators are used.
 */
export function appendProduct(a: tf.TensorInfo, b: tf.TensorInfo, options: ProductOptions, fused: boolean): string {
  const { builder } = traceBackend;
  const { transposeA = false, transposeB = false, scale = 1 } = options;
  const [left, right] = [traceBackend.nameOf(a), traceBackend.nameOf(b)];
  if (!transposeA && !transposeB && scale === 1) return builder.operation('MatMul', [left, right]);
  if (fused) {
    const attributes = {
      transA: { int: Number(transposeA) },
      transB: { int: Number(transposeB) },
      alpha: { float: scale },
    };
    return builder.operation('FusedMatMul', [left, right], { attributes, domain: 'com.microsoft' });
  }
  const product = builder.operation('MatMul', [
    transposeA ? appendSwap(left, a.shape.length) : left,
    transposeB ? appendSwap(right, b.shape.length) : right,
  ]);
  return scale === 1 ? product : builder.operation('Mul', [product, builder.scalar(scale)]);
}

/** Appends a transpose of the last two dimensions; one for all uses of the same value. */
export function appendSwap(name: string, rank: number): string {
  const { builder } = traceBackend;
  const order = Array.from({ length: rank }, (_, index) => index);
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return builder.once(`swap:${name}`, () =>
    builder.operation('Transpose', [name], { attributes: { perm: { ints: order } } }),
  );
}

/** Registers the emitter of tfjs's matrix product. */
export function registerMatMul(): void {
  register('BatchMatMul', (inputs, attributes) => {
    const [a, b] = [required(inputs, 'a'), required(inputs, 'b')];
    const transposeA = attributes['transposeA'] as boolean;
    const transposeB = attributes['transposeB'] as boolean;
    const rows = a.shape.at(transposeA ? -1 : -2) ?? 1;
    const columns = b.shape.at(transposeB ? -2 : -1) ?? 1;
    const batch = (a.shape.length >= b.shape.length ? a : b).shape.slice(0, -2);
    return traceBackend.value(
      appendProduct(a, b, { transposeA, transposeB }, false),
      [...batch, rows, columns],
      'float32',
    );
  });
}
