import { at, R } from './general-assembler.ts';
import { FLOAT_BYTES, VECTOR_BYTES } from './layout.ts';
import type { X64Assembler } from './x64-assembler.ts';

/** The numbers that an update by Adam is handed, in their order; see `SimdKernels.adam`. The last is what first moments are rounded by. */
export const ADAM_NUMBERS = [
  'gradientScale',
  'l2',
  'shrink',
  'stepSize',
  'epsilon',
  'beta1',
  'oneMinusBeta1',
  'beta2',
  'oneMinusBeta2',
  'farAbove',
] as const;

/** Behind the numbers 16 float64 are written, which add up to the sum of all squares. */
export const ADAM_SUMS_AT = 64;
export const ADAM_SUMS = 16;

/** How far ahead, in bytes, each of the four arrays is asked for (measured). */
const AHEAD = 512;

const [RAW, WEIGHT, GRADIENT, FIRST, SECOND, SCRATCH, LOWER, UPPER, ZERO] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [LOWER_SUM, UPPER_SUM] = [9, 10];
const FIRST_NUMBER = 16;

const [parameters, first, second, gradients, bytes, numbers, place] = [R.rdi, R.rsi, R.rdx, R.rcx, R.r8, R.r9, R.rax];

function number(name: (typeof ADAM_NUMBERS)[number]): number {
  return FIRST_NUMBER + ADAM_NUMBERS.indexOf(name);
}

/**
 * A function that is handed the addresses of parameters, first and second moments and gradients, how many bytes each has, whole vectors, and the address of the numbers. Multiplies and adds
 * one after the other, as the kernels in WebAssembly have to, so that every parameter and moment is the same to the last bit.
 */
export function writeAdam(code: X64Assembler): void {
  ADAM_NUMBERS.forEach((name, index) => code.broadcast(number(name), at(numbers, index * FLOAT_BYTES)));
  for (const vector of [ZERO, LOWER_SUM, UPPER_SUM]) code.clear(vector);
  code.setNumber(place, 0);
  code.compare(place, bytes);
  const none = code.jump('zero');
  const next = code.here();
  for (const base of [parameters, first, second, gradients]) code.prefetch({ base, index: place, offset: AHEAD });
  updateVector(code);
  code.addNumber(place, VECTOR_BYTES);
  code.compare(place, bytes);
  code.jump('not zero', next);
  code.land(none);
  code.storeVector(LOWER_SUM, at(numbers, ADAM_SUMS_AT));
  code.storeVector(UPPER_SUM, at(numbers, ADAM_SUMS_AT + VECTOR_BYTES));
  code.endVectors();
  code.return();
}

function updateVector(code: X64Assembler): void {
  const times = (to: number, from: number, name: Parameters<typeof number>[0]): void =>
    code.multiplyVectors(to, from, number(name));
  code.widen(LOWER, { base: gradients, index: place });
  code.widen(UPPER, { base: gradients, index: place, offset: VECTOR_BYTES / 2 });
  code.multiplyAddDoubles(LOWER_SUM, LOWER, LOWER);
  code.multiplyAddDoubles(UPPER_SUM, UPPER, UPPER);
  code.loadVector(RAW, { base: gradients, index: place });
  code.loadVector(WEIGHT, { base: parameters, index: place });
  times(GRADIENT, RAW, 'gradientScale');
  times(SCRATCH, WEIGHT, 'l2');
  code.addVectors(GRADIENT, GRADIENT, SCRATCH);
  // Where the kernels add L1: −0 becomes 0.
  code.addVectors(GRADIENT, GRADIENT, ZERO);
  code.loadVector(FIRST, { base: first, index: place });
  times(FIRST, FIRST, 'beta1');
  times(SCRATCH, GRADIENT, 'oneMinusBeta1');
  code.addVectors(FIRST, FIRST, SCRATCH);
  code.addVectors(FIRST, FIRST, number('farAbove'));
  code.subtractVectors(FIRST, FIRST, number('farAbove'));
  code.storeVector(FIRST, { base: first, index: place });
  code.loadVector(SECOND, { base: second, index: place });
  times(SECOND, SECOND, 'beta2');
  code.multiplyVectors(SCRATCH, GRADIENT, GRADIENT);
  times(SCRATCH, SCRATCH, 'oneMinusBeta2');
  code.addVectors(SECOND, SECOND, SCRATCH);
  code.storeVector(SECOND, { base: second, index: place });
  code.squareRoots(SECOND, SECOND);
  code.addVectors(SECOND, SECOND, number('epsilon'));
  times(FIRST, FIRST, 'stepSize');
  code.divideVectors(FIRST, FIRST, SECOND);
  times(WEIGHT, WEIGHT, 'shrink');
  code.subtractVectors(WEIGHT, WEIGHT, FIRST);
  code.storeVector(WEIGHT, { base: parameters, index: place });
}
