import { FEWEST_LEFT_VALUES, MOST_LEFT_ROWS } from '@greenlight/shared/stages/training/plan/left-gradients.ts';
import type * as tf from '@tensorflow/tfjs';
import type { FactorRole } from '../runtime/binding-names.ts';
import { KERNEL_BLOCK } from '../runtime/kernel-loops.ts';
import { asTensor, traceBackend } from './trace-backend.ts';

/*
 * The gradient of a weight over few rows, as those of one short text, is a product that takes less time than writing it into memory. Where updates can multiply
 * it out themselves, graphs end in its factors.
 */

/** A value of the graph. */
interface NamedValue {
  name: string;
  shape: number[];
}

/** What a weight's gradient xᵀ·dy is the product of, x [N, in] and dy [N, out], by the name of its value. */
export type WeightFactors = Map<string, Record<FactorRole, NamedValue>>;

/** Whether xᵀ·dy is left to the update. */
export function isFactored(
  x: tf.Tensor,
  dy: tf.Tensor,
  { weightFactors, ownProducts }: { weightFactors?: boolean; ownProducts: boolean },
): boolean {
  const [rows = 1, height = 1] = x.shape;
  const values = height * (dy.shape[1] ?? 1);
  const isLarge = values >= FEWEST_LEFT_VALUES && values % KERNEL_BLOCK === 0;
  return weightFactors === true && ownProducts && rows <= MOST_LEFT_ROWS && isLarge;
}

/** Notes what a gradient is the product of. */
export function tellFactors(factors: WeightFactors, gradient: tf.Tensor, x: tf.Tensor, dy: tf.Tensor): void {
  const valueOf = (factor: tf.Tensor): NamedValue => ({ name: traceBackend.nameOf(factor), shape: factor.shape });
  factors.set(traceBackend.nameOf(gradient), { x: valueOf(x), dy: valueOf(dy) });
}

/** The tensor of a factor. */
export function factorTensor({ name, shape }: NamedValue): tf.Tensor {
  return asTensor(traceBackend.value(name, shape, 'float32'));
}
