import { at, JOB_AT, R, STEP_AT, type Register } from './general-assembler.ts';
import { STEP } from './layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** Sets the mask to the step's; `through`, one of the first eight registers, is changed. */
export function loadMask(code: VectorAssembler, through: Register = R.rax): void {
  code.load(through, at(STEP_AT, STEP.mask));
  code.setMask(through);
}

/** The address of an array of the job and a number of the step's, which are named by their offsets; `through` is changed. */
export function loadPlace(
  code: VectorAssembler,
  to: Register,
  array: number,
  number: number,
  through: Register = R.rax,
): void {
  code.load(to, at(JOB_AT, array));
  code.load(through, at(STEP_AT, number));
  code.add(to, through);
}
