import * as tf from '@tensorflow/tfjs';
import { appendSwap } from './kernels/matmul.ts';
import { emit, traceBackend } from './trace-backend.ts';

/*
 * A graphics processor divides a product by its results: a sum over thousands of rows with few results keeps most of its cores idle. Taken in
 * parts side by side, which are added up, it takes a third to a half of the time, though it is one operator more (measured).
 */

/** Sums over fewer rows are as fast in one. */
const FEWEST_ROWS = 128;

/** Results of a product that one group of a graphics processor's cores computes together: a square of them. */
const TILE = 32;
/** So many groups keep a large graphics processor busy. */
const ENOUGH_GROUPS = 512;
/** Rows of a part at least, and parts at least that are worth adding up. */
const FEWEST_ROWS_A_PART = 64;
const FEWEST_PARTS = 4;

/** Into how many parts a plain sum over rows is divided: about as many as each has rows; 1 where that is not possible. */
export function partsOfSum(rows: number): number {
  if (rows < FEWEST_ROWS) return 1;
  let parts = Math.floor(Math.sqrt(rows));
  while (rows % parts !== 0) parts--;
  return parts >= FEWEST_PARTS ? parts : 1;
}

/** Into how many parts the sums of a product over `rows` are divided that has [height, width] results. */
export function partsOfProduct(rows: number, height: number, width: number): number {
  const groups = Math.ceil(height / TILE) * Math.ceil(width / TILE);
  let parts = 1;
  while (groups * parts * 2 <= ENOUGH_GROUPS && rows % (parts * 2) === 0 && rows / (parts * 2) >= FEWEST_ROWS_A_PART)
    parts *= 2;
  return parts >= FEWEST_PARTS ? parts : 1;
}

/** Σ over the rows of x [N, C] in `parts`, weighted by weights [N] where given → [C]. */
export function sumRowsInParts(x: tf.Tensor, weights: tf.Tensor | undefined, parts: number): tf.Tensor {
  const [rows = 1, columns = 1] = x.shape;
  const size = rows / parts;
  const factors = weights === undefined ? tf.ones([parts, 1, size]) : tf.reshape(weights, [parts, 1, size]);
  const sums = emit('MatMul', [factors, tf.reshape(x, [parts, size, columns])], [parts, 1, columns]);
  return emit('MatMul', [tf.ones([parts]), tf.reshape(sums, [parts, columns])], [columns]);
}

/** x [N, in] and dy [N, out] → xᵀ·dy [in, out], with the sums over N in `parts`. */
export function weightGradientInParts(x: tf.Tensor, dy: tf.Tensor, parts: number): tf.Tensor {
  const [[rows = 1, height = 1], width] = [x.shape, dy.shape[1] ?? 1];
  const size = rows / parts;
  const turned = appendSwap(traceBackend.nameOf(tf.reshape(x, [parts, size, height])), 3);
  const products = emit('MatMul', [turned, tf.reshape(dy, [parts, size, width])], [parts, height, width]);
  return tf.sum(products, 0);
}

/**
 * The gradient of a layer normalisation with plain sums over each row, which a graphics processor takes faster than products with a column:
 * dx = (g − mean(g) − x̂·mean(g·x̂)) / σ with g = dy·gain and x̂ the normalised row. Also gives dy·x̂, whose sum over rows is the gain's gradient.
 */
export function layerNormGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  gain: tf.Tensor,
  mean: tf.Tensor,
  inverseDeviation: tf.Tensor,
): { dx: tf.Tensor; gainProducts: tf.Tensor } {
  const normalised = tf.mul(tf.sub(x, mean), inverseDeviation);
  const scaled = tf.mul(dy, gain);
  const meanProduct = tf.mean(tf.mul(scaled, normalised), -1, true);
  const projected = tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), tf.mul(normalised, meanProduct));
  return { dx: tf.mul(projected, inverseDeviation), gainProducts: tf.mul(dy, normalised) };
}
