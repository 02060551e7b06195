import { at, JOB_AT, R, STEP_AT, type Register } from './general-assembler.ts';
import { STEP } from './layout.ts';
import type { X64Assembler } from './x64-assembler.ts';

/** Sets mask 1 to the step's. */
export function loadMask(code: X64Assembler): void {
  code.load(R.rax, at(STEP_AT, STEP.mask));
  code.setMask(R.rax);
}

/** The address of an array of the job and a number of the step's, which are named by their offsets; `through` is changed. */
export function loadPlace(
  code: X64Assembler,
  to: Register,
  array: number,
  number: number,
  through: Register = R.rax,
): void {
  code.load(to, at(JOB_AT, array));
  code.load(through, at(STEP_AT, number));
  code.add(to, through);
}
