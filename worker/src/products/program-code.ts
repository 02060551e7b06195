import { at, R, STEP_AT } from './general-assembler.ts';
import { enter, leave } from './function-code.ts';
import { POINTER_BYTES } from './layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** Where a job keeps its threads' programs, and how many bytes their steps have. */
interface Programs {
  programs: number;
  stepBytes: number;
}

/** What each thread runs: `write` for every step of the program of thread rsi of the job rdi, after what it does once with the job. */
export function writeProgram(
  code: VectorAssembler,
  { programs, stepBytes }: Programs,
  begin: () => void,
  write: () => void,
): void {
  const end = R.rbp;
  enter(code);
  begin();
  code.double(R.rsi, 4);
  code.add(R.rsi, R.rdi);
  code.load(STEP_AT, at(R.rsi, programs));
  code.load(end, at(R.rsi, programs + POINTER_BYTES));
  code.compare(STEP_AT, end);
  const none = code.jump('zero');
  const next = code.here();
  write();
  code.addNumber(STEP_AT, stepBytes);
  code.compare(STEP_AT, end);
  code.jump('not zero', next);
  code.land(none);
  code.endVectors();
  leave(code);
}
