import { VECTOR_BYTES } from './layout.ts';
import { at, R } from './general-assembler.ts';
import { acrossVector } from './row-code.ts';
import type { CodePlace, VectorAssembler } from './vector-assembler.ts';

/** What nothing is below, as a constant: where the search for the largest begins. */
export const LARGEST_CONSTANTS = [-Infinity] as const;

const [LARGEST, VALUES] = [1, 2];
const [values, wholeBytes, restMask, found, place] = [R.rdi, R.rsi, R.rdx, R.rcx, R.rax];

/**
 * A function that is handed the address of float32s, the bytes of those that fill whole vectors, a mask over the rest and where to write a vector of the largest. What is not a number is
 * passed over.
 */
export function writeLargest(code: VectorAssembler, lowest: CodePlace): void {
  code.setMask(restMask);
  code.loadVector(LARGEST, lowest);
  code.setNumber(place, 0);
  code.compare(place, wholeBytes);
  const none = code.jump('zero');
  const next = code.here();
  code.loadVector(VALUES, { base: values, index: place });
  // Of a value that is not a number the second one is taken: the largest so far.
  code.largerVectors(LARGEST, VALUES, LARGEST);
  code.addNumber(place, VECTOR_BYTES);
  code.compare(place, wholeBytes);
  code.jump('not zero', next);
  code.land(none);
  code.loadVector(VALUES, lowest);
  code.loadInto(VALUES, { base: values, index: place });
  code.largerVectors(LARGEST, VALUES, LARGEST);
  acrossVector(code, LARGEST, (to, left, right) => code.largerVectors(to, left, right));
  code.storeVector(LARGEST, at(found));
  code.endVectors();
  code.return();
}
