import { R } from './general-assembler.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** Together with the return address and six saved registers a multiple of 16 bytes. */
const HANDLE_ROOM = 8;
/** Registers that a function must leave as they were. */
const SAVED = [R.rbx, R.rbp, R.r12, R.r13, R.r14, R.r15] as const;

/** A function that returns a number, as the description of an operator has many. */
export function writeConstant(code: VectorAssembler, value: number): void {
  code.setNumber(R.rax, value);
  code.return();
}

/** A function that returns the address of a text. */
export function writeText(code: VectorAssembler, text: string): void {
  code.addressBehindReturn(R.rax);
  code.return();
  code.text(text);
}

/** Keeps registers, and makes room for one handle; calls want the stack at a multiple of 16. */
export function enter(code: VectorAssembler): void {
  for (const register of SAVED) code.push(register);
  code.subtractNumber(R.rsp, HANDLE_ROOM);
}

/** Puts everything back as `enter` found it, and returns. */
export function leave(code: VectorAssembler): void {
  code.addNumber(R.rsp, HANDLE_ROOM);
  for (const register of SAVED.toReversed()) code.pop(register);
  code.return();
}
