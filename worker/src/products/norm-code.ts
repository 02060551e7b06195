import { FLOAT_BYTES, NORM_ARRAYS, STEP, VECTOR_BYTES } from './layout.ts';
import { at, JOB_AT, R, STEP_AT, type Label, type Place, type Register } from './general-assembler.ts';
import { acrossVector, eachVector, PLACE_IN_ROW, SCRATCH, WHOLE_BYTES } from './row-code.ts';
import { loadMask, loadPlace } from './step-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** What the pieces of code read from memory: 1. */
export const NORM_CONSTANTS = [1] as const;

const [perWidth, epsilon, one] = [12, 7, 8];
const [x, mean, inverse, sum, projection, square] = [0, 1, 2, 4, 5, 6];
const [rows, stride, means, inverses] = [R.r8, R.r9, R.r12, R.r13];
const [row, result, gain, bias, gradient, addend] = [R.rsi, R.rdi, R.rdx, R.rax, R.r14, R.rax] as const;

function inRow(start: Register): Place {
  return { base: start, index: PLACE_IN_ROW };
}

/** The address of an array of the job. */
function loadArray(code: VectorAssembler, to: Register, name: keyof typeof NORM_ARRAYS): void {
  code.load(to, at(JOB_AT, NORM_ARRAYS[name]));
}

/** The address of the step's first row in an array that has such rows. */
function loadRows(code: VectorAssembler, to: Register, name: keyof typeof NORM_ARRAYS): void {
  loadPlace(code, to, NORM_ARRAYS[name], STEP.source, R.rcx);
}

/** What all pieces of code begin with: mask, sizes, and where the rows' means and deviations begin. */
function begin(code: VectorAssembler): void {
  loadMask(code);
  code.broadcast(perWidth, at(STEP_AT, STEP.scale));
  loadPlace(code, means, NORM_ARRAYS.mean, STEP.extra, R.rcx);
  loadPlace(code, inverses, NORM_ARRAYS.inverseDeviation, STEP.extra, R.rcx);
  code.load(rows, at(STEP_AT, STEP.tiles));
  code.load(stride, at(STEP_AT, STEP.stride));
  code.load(WHOLE_BYTES, at(STEP_AT, STEP.depth));
}

/** Goes through the rows; `starts` are the addresses that move with them. */
function eachRow(code: VectorAssembler, starts: readonly Register[], write: () => void): void {
  const next = code.here();
  write();
  for (const start of starts) code.add(start, stride);
  for (const statistic of [means, inverses]) code.addNumber(statistic, FLOAT_BYTES);
  code.subtractNumber(rows, 1);
  code.jump('not zero', next);
}

/** Adds all values of a vector up, and multiplies: each value is the result. */
function total(code: VectorAssembler, vector: number, factor: number): void {
  acrossVector(code, vector, (to, left, right) => code.addVectors(to, left, right));
  code.multiplyVectors(vector, vector, factor);
}

/** x − mean, which is 0 behind the row's end. */
function loadCentred(code: VectorAssembler, isTail: boolean): void {
  if (isTail) code.copyVector(x, mean);
  code.loadVectorOrInto(x, inRow(row), isTail);
  code.subtractVectors(x, x, mean);
}

/**
 * Layer normalisation of each row, (x − mean) / √(variance + ε) · gain + bias, and what its gradient needs of it: mean and 1 / √(variance + ε). The variance is taken
 * of differences from the mean, not of squares, which would lose digits.
 */
export function writeNorm(code: VectorAssembler, constants: Label): void {
  begin(code);
  code.loadVector(one, code.constant(constants));
  code.broadcast(epsilon, at(STEP_AT, STEP.epsilon));
  loadRows(code, row, 'x');
  loadRows(code, result, 'result');
  loadArray(code, gain, 'gain');
  loadArray(code, bias, 'bias');
  eachRow(code, [row, result], () => {
    code.clear(mean);
    eachVector(code, (isTail) => {
      code.loadVector(x, inRow(row), isTail);
      code.addVectors(mean, mean, x);
    });
    total(code, mean, perWidth);
    code.clear(square);
    eachVector(code, (isTail) => {
      loadCentred(code, isTail);
      code.multiplyAdd(square, x, x);
    });
    total(code, square, perWidth);
    code.addVectors(square, square, epsilon);
    code.squareRoots(square, square);
    code.divideVectors(inverse, one, square);
    eachVector(code, (isTail) => {
      loadCentred(code, isTail);
      code.multiplyVectors(x, x, inverse);
      code.multiplyVectors(x, x, inRow(gain), isTail);
      code.addVectors(x, x, inRow(bias), isTail);
      code.storeVector(x, inRow(result), isTail);
    });
    code.storeValue(mean, at(means));
    code.storeValue(inverse, at(inverses));
  });
  code.return();
}

/**
 * The gradient of the rows: with g = dy·gain and x̂ = (x − mean)·r, r = 1 / √(variance + ε), it is r·(g − mean of g − x̂·mean of g·x̂), and what else is added to it.
 */
export function writeNormGradient(code: VectorAssembler, hasAddend: boolean): void {
  begin(code);
  loadRows(code, row, 'x');
  loadRows(code, result, 'result');
  loadRows(code, gradient, 'dy');
  if (hasAddend) loadRows(code, addend, 'addend');
  loadArray(code, gain, 'gain');
  const loadGradient = (isTail: boolean): void => {
    code.loadVector(SCRATCH, inRow(gradient), isTail);
    code.multiplyVectors(SCRATCH, SCRATCH, inRow(gain), isTail);
  };
  eachRow(code, [row, result, gradient, ...(hasAddend ? [addend] : [])], () => {
    code.broadcast(mean, at(means));
    code.broadcast(inverse, at(inverses));
    code.clear(sum);
    code.clear(projection);
    eachVector(code, (isTail) => {
      loadGradient(isTail);
      code.addVectors(sum, sum, SCRATCH);
      loadCentred(code, isTail);
      code.multiplyAdd(projection, SCRATCH, x);
    });
    total(code, sum, perWidth);
    total(code, projection, perWidth);
    code.multiplyVectors(square, inverse, inverse);
    code.multiplyVectors(projection, projection, square);
    eachVector(code, (isTail) => {
      loadGradient(isTail);
      code.subtractVectors(SCRATCH, SCRATCH, sum);
      loadCentred(code, isTail);
      code.multiplySubtract(SCRATCH, x, projection);
      code.multiplyVectors(SCRATCH, SCRATCH, inverse);
      if (hasAddend) code.addVectors(SCRATCH, SCRATCH, inRow(addend), isTail);
      code.storeVector(SCRATCH, inRow(result), isTail);
    });
  });
  code.return();
}

/** Vectors of columns whose sums are taken together. */
export const SUMMED_VECTORS = 4;

/** The gradients of some columns of gain and bias, Σ dy·x̂ and Σ dy over rows, which begin at 0 or with what is there. */
export function writeNormSums(code: VectorAssembler, vectors: number, continues: boolean): void {
  const [gainSums, biasSums] = [4, 8];
  begin(code);
  loadRows(code, row, 'x');
  loadRows(code, gradient, 'dy');
  const each = (act: (v: number, isTail: boolean, offset: number) => void): void => {
    for (let v = 0; v < vectors; v++) act(v, v === vectors - 1, v * VECTOR_BYTES);
  };
  for (const [register, name, sums] of [
    [gain, 'gainGradient', gainSums],
    [result, 'biasGradient', biasSums],
  ] as const) {
    loadPlace(code, register, NORM_ARRAYS[name], STEP.result, R.rcx);
    each((v, isTail, offset) => {
      if (continues) code.loadVector(sums + v, at(register, offset), isTail);
      else code.clear(sums + v);
    });
  }
  eachRow(code, [row, gradient], () => {
    code.broadcast(mean, at(means));
    code.broadcast(inverse, at(inverses));
    each((v, isTail, offset) => {
      code.loadVector(SCRATCH, at(gradient, offset), isTail);
      code.addVectors(biasSums + v, biasSums + v, SCRATCH);
      code.loadVector(x, at(row, offset), isTail);
      code.subtractVectors(x, x, mean);
      code.multiplyVectors(x, x, inverse);
      code.multiplyAdd(gainSums + v, SCRATCH, x);
    });
  });
  each((v, isTail, offset) => {
    code.storeVector(gainSums + v, at(gain, offset), isTail);
    code.storeVector(biasSums + v, at(result, offset), isTail);
  });
  code.return();
}
