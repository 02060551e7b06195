import { PRODUCT_ARRAYS, STEP } from './layout.ts';
import { at, R, STEP_AT, type Label } from './general-assembler.ts';
import { acrossVector, eachVector, PLACE_IN_ROW, SCRATCH, WHOLE_BYTES } from './row-code.ts';
import { loadMask, loadPlace } from './step-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/**
 * What e^x is computed from, in this order: the lowest number; where weights end; log₂e; ln 2 in two parts; six coefficients of the polynomial of e^r for
 * |r| ≤ ln 2 / 2 (Cephes, expf), highest first; 1.
 */
export const SOFTMAX_CONSTANTS = [
  // Nothing is below it: the weights of a row of nothing but −∞, whose scores have overflowed, are not numbers, whatever its length.
  -Infinity,
  // Smaller weights than e^−50 change no sum of float32, and their products with gradients would be subnormal numbers, which take thirty times as long.
  -50,
  Math.LOG2E,
  0.693359375,
  -2.1219444e-4,
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
  1,
] as const;

/** Places of the constants. */
const [LOWEST, SMALLEST, PER_LN2, LN2_HIGH, LN2_LOW, POLYNOMIAL, ONE] = [0, 1, 2, 3, 4, 5, 11];
const DEGREE = 6;

const [x, largest, total, scratch, power, square] = [1, 0, 2, SCRATCH, 4, 5];
const [row, mask, rows, maskStride, resultStride] = [R.rdx, R.rsi, R.r8, R.r9, R.rax];
const [place, wholeBytes] = [PLACE_IN_ROW, WHOLE_BYTES];

/** Softmax of each row of the result, in place; with `isMasked` of the row and a row of a mask, one added to the other. */
export function writeSoftmax(code: VectorAssembler, constants: Label, isMasked: boolean): void {
  const lowest = code.constant(constants, LOWEST);
  begin(code, isMasked);
  const nextRow = code.here();
  code.loadVector(largest, lowest);
  eachVector(code, (isTail) => {
    if (isTail) code.loadVector(x, lowest);
    code.loadVectorOrInto(x, { base: row, index: place }, isTail);
    if (isMasked) {
      code.addVectors(x, x, { base: mask, index: place }, isTail);
      code.storeVector(x, { base: row, index: place }, isTail);
    }
    code.largerVectors(largest, x, largest);
  });
  acrossVector(code, largest, (to, left, right) => code.largerVectors(to, left, right));
  code.clear(total);
  eachVector(code, (isTail) => {
    if (isTail) code.loadVector(x, lowest);
    code.loadVectorOrInto(x, { base: row, index: place }, isTail);
    code.subtractVectors(x, x, largest);
    exponential(code, constants);
    code.storeVector(x, { base: row, index: place }, isTail);
    code.addVectors(total, total, x);
  });
  acrossVector(code, total, (to, left, right) => code.addVectors(to, left, right));
  code.loadVector(scratch, code.constant(constants, ONE));
  code.divideVectors(total, scratch, total);
  eachVector(code, (isTail) => {
    code.loadVector(x, { base: row, index: place }, isTail);
    code.multiplyVectors(x, x, total);
    code.storeVector(x, { base: row, index: place }, isTail);
  });
  code.add(row, resultStride);
  if (isMasked) code.add(mask, maskStride);
  code.subtractNumber(rows, 1);
  code.jump('not zero', nextRow);
  code.return();
}

function begin(code: VectorAssembler, isMasked: boolean): void {
  loadMask(code);
  loadPlace(code, row, PRODUCT_ARRAYS.result, STEP.result);
  if (isMasked) {
    loadPlace(code, mask, PRODUCT_ARRAYS.vector, STEP.source);
    code.load(maskStride, at(STEP_AT, STEP.stride));
  }
  loadSizes(code);
}

/** How many rows there are, how far they are apart, and where their whole vectors end. */
function loadSizes(code: VectorAssembler): void {
  code.load(rows, at(STEP_AT, STEP.tiles));
  code.load(wholeBytes, at(STEP_AT, STEP.depth));
  code.load(resultStride, at(STEP_AT, STEP.resultStride));
}

/** x := e^x for x ≤ 0: 2^n·e^r, where n is the nearest whole number to x / ln 2. */
function exponential(code: VectorAssembler, constants: Label): void {
  const constant = (index: number) => code.constant(constants, index);
  code.findNotBelow(x, constant(SMALLEST));
  code.multiplyVectors(power, x, constant(PER_LN2));
  code.roundVector(power, power);
  code.multiplySubtract(x, power, constant(LN2_HIGH));
  code.multiplySubtract(x, power, constant(LN2_LOW));
  code.loadVector(scratch, constant(POLYNOMIAL));
  for (let term = 1; term < DEGREE; term++) code.multiplyThenAdd(scratch, x, constant(POLYNOMIAL + term));
  code.multiplyVectors(square, x, x);
  code.multiplyThenAdd(scratch, square, x);
  code.addVectors(scratch, scratch, constant(ONE));
  code.timesPowerOfTwo(x, scratch, power);
}

/**
 * The gradient of each row of a softmax, in place of that of its weights: w·(dw − Σ w·dw). Where a row has one weight of 1 it is 0 to the last bit, because the sum is of the very numbers that it is
 * taken from.
 */
export function writeSoftmaxGradient(code: VectorAssembler): void {
  const [gradient, weight, sum] = [0, 1, 2];
  const [gradients, weights] = [row, mask];
  loadMask(code);
  loadPlace(code, gradients, PRODUCT_ARRAYS.result, STEP.result);
  loadPlace(code, weights, PRODUCT_ARRAYS.matrix, STEP.matrix);
  loadSizes(code);
  const nextRow = code.here();
  code.clear(sum);
  eachVector(code, (isTail) => {
    code.loadVector(gradient, { base: gradients, index: place }, isTail);
    code.loadVector(weight, { base: weights, index: place }, isTail);
    code.multiplyAdd(sum, weight, gradient);
  });
  acrossVector(code, sum, (to, left, right) => code.addVectors(to, left, right));
  eachVector(code, (isTail) => {
    code.loadVector(gradient, { base: gradients, index: place }, isTail);
    code.subtractVectors(gradient, gradient, sum);
    code.multiplyVectors(gradient, gradient, { base: weights, index: place }, isTail);
    code.storeVector(gradient, { base: gradients, index: place }, isTail);
  });
  for (const start of [gradients, weights]) code.add(start, resultStride);
  code.subtractNumber(rows, 1);
  code.jump('not zero', nextRow);
  code.return();
}
