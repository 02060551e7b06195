import { MODE, STEP, VECTOR_BYTES } from './layout.ts';
import { at, R, STEP_AT } from './general-assembler.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** While a row is gone through: the offset in it, and where its last whole vector ends. */
export const [PLACE_IN_ROW, WHOLE_BYTES] = [R.rcx, R.r10];
/** A vector that is used while values are combined. */
export const SCRATCH = 3;

/** Goes through a row: whole vectors, then what is left under the mask. */
export function eachVector(code: VectorAssembler, write: (isTail: boolean) => void): void {
  code.setNumber(PLACE_IN_ROW, 0);
  code.compare(PLACE_IN_ROW, WHOLE_BYTES);
  const none = code.jump('zero');
  const next = code.here();
  write(false);
  code.addNumber(PLACE_IN_ROW, VECTOR_BYTES);
  code.compare(PLACE_IN_ROW, WHOLE_BYTES);
  code.jump('not zero', next);
  code.land(none);
  code.load(R.r11, at(STEP_AT, STEP.mode));
  code.testNumber(R.r11, MODE.tail);
  const whole = code.jump('zero');
  write(true);
  code.land(whole);
}

/** Combines all values of a vector; each value is the result then. */
export function acrossVector(
  code: VectorAssembler,
  vector: number,
  combine: (to: number, left: number, right: number) => void,
): void {
  for (const turn of code.turns) {
    turn(SCRATCH, vector);
    combine(vector, vector, SCRATCH);
  }
}
