import { at, R, type Place } from './general-assembler.ts';
import { LANES, VECTOR_BYTES } from './layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

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

/** Behind the numbers, each of which fills a vector, float64 are written that add up to the sum of all squares. */
export const ADAM_SUMS_AT = ADAM_NUMBERS.length * VECTOR_BYTES;
export const ADAM_SUMS = LANES;

/** Bytes of each array that are gone through before the next is asked for: a cache line. */
const LINE_BYTES = 64;

/** How far ahead, in bytes, each of the four arrays is asked for (measured). */
const AHEAD = 512;

const [RAW, WEIGHT, GRADIENT, FIRST, SECOND, SCRATCH, LOWER, UPPER, ZERO] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const [LOWER_SUM, UPPER_SUM] = [9, 10];

const [parameters, first, second, gradients, bytes, numbers, place] = [R.rdi, R.rsi, R.rdx, R.rcx, R.r8, R.r9, R.rax];

function number(name: (typeof ADAM_NUMBERS)[number]): Place {
  return at(numbers, ADAM_NUMBERS.indexOf(name) * VECTOR_BYTES);
}

/**
 * A function that is handed the addresses of parameters, first and second moments and gradients, how many bytes each has, whole cache lines, and the address of the numbers. Multiplies and adds
 * one after the other, as the kernels in WebAssembly have to, so that every parameter and moment is the same to the last bit.
 */
export function writeAdam(code: VectorAssembler): void {
  for (const vector of [ZERO, LOWER_SUM, UPPER_SUM]) code.clear(vector);
  code.setNumber(place, 0);
  code.compare(place, bytes);
  const none = code.jump('zero');
  const next = code.here();
  for (const base of [parameters, first, second, gradients]) code.prefetch({ base, index: place, offset: AHEAD });
  for (let offset = 0; offset < LINE_BYTES; offset += VECTOR_BYTES) updateVector(code, offset);
  code.addNumber(place, LINE_BYTES);
  code.compare(place, bytes);
  code.jump('not zero', next);
  code.land(none);
  code.storeVector(LOWER_SUM, at(numbers, ADAM_SUMS_AT));
  code.storeVector(UPPER_SUM, at(numbers, ADAM_SUMS_AT + VECTOR_BYTES));
  code.endVectors();
  code.return();
}

function updateVector(code: VectorAssembler, offset: number): void {
  const [ofParameters, ofFirst, ofSecond, ofGradients] = [parameters, first, second, gradients].map((base): Place => ({
    base,
    index: place,
    offset,
  })) as [Place, Place, Place, Place];
  const times = (to: number, from: number, name: Parameters<typeof number>[0]): void =>
    code.multiplyVectors(to, from, number(name));
  code.widen(LOWER, ofGradients);
  code.widen(UPPER, { base: gradients, index: place, offset: offset + VECTOR_BYTES / 2 });
  code.multiplyAddDoubles(LOWER_SUM, LOWER, LOWER);
  code.multiplyAddDoubles(UPPER_SUM, UPPER, UPPER);
  code.loadVector(RAW, ofGradients);
  code.loadVector(WEIGHT, ofParameters);
  times(GRADIENT, RAW, 'gradientScale');
  times(SCRATCH, WEIGHT, 'l2');
  code.addVectors(GRADIENT, GRADIENT, SCRATCH);
  // Where the kernels add L1: −0 becomes 0.
  code.addVectors(GRADIENT, GRADIENT, ZERO);
  code.loadVector(FIRST, ofFirst);
  times(FIRST, FIRST, 'beta1');
  times(SCRATCH, GRADIENT, 'oneMinusBeta1');
  code.addVectors(FIRST, FIRST, SCRATCH);
  code.addVectors(FIRST, FIRST, number('farAbove'));
  code.subtractVectors(FIRST, FIRST, number('farAbove'));
  code.storeVector(FIRST, ofFirst);
  code.loadVector(SECOND, ofSecond);
  times(SECOND, SECOND, 'beta2');
  code.multiplyVectors(SCRATCH, GRADIENT, GRADIENT);
  times(SCRATCH, SCRATCH, 'oneMinusBeta2');
  code.addVectors(SECOND, SECOND, SCRATCH);
  code.storeVector(SECOND, ofSecond);
  code.squareRoots(SECOND, SECOND);
  code.addVectors(SECOND, SECOND, number('epsilon'));
  times(FIRST, FIRST, 'stepSize');
  code.divideVectors(FIRST, FIRST, SECOND);
  times(WEIGHT, WEIGHT, 'shrink');
  code.subtractVectors(WEIGHT, WEIGHT, FIRST);
  code.storeVector(WEIGHT, ofParameters);
}
