import { JOB, SHAPE_BYTES, STEP, STEP_BYTES } from './layout.ts';
import { at, JOB_AT, R, STEP_AT, type Label, type Place } from './general-assembler.ts';
import type { X64Assembler } from './x64-assembler.ts';

/** Places of the functions of ONNX Runtime's interface that an operator calls, in its table; see runtime/ort-library.ts. */
const ORT = { getTensorMutableData: 51, getInput: 90, getOutput: 91, parallelFor: 274 } as const;
const POINTER_BYTES = 8;
/** Together with the return address and six saved registers a multiple of 16 bytes. */
const HANDLE_ROOM = 8;
/** Registers that a function must leave as they were. */
const SAVED = [R.rbx, R.rbp, R.r12, R.r13, R.r14, R.r15] as const;

/** A function that returns a number, as the description of an operator has many. */
export function writeConstant(code: X64Assembler, value: number): void {
  code.setNumber(R.rax, value);
  code.return();
}

/** A function that returns the address of a text. */
export function writeText(code: X64Assembler, text: string): void {
  code.addressBehindReturn(R.rax);
  code.return();
  code.text(text);
}

/** Offsets among the addresses of a job's arrays. */
export type Places = readonly number[];

/** Keeps registers, and makes room for one handle; calls want the stack at a multiple of 16. */
export function enter(code: X64Assembler): void {
  for (const register of SAVED) code.push(register);
  code.subtractNumber(R.rsp, HANDLE_ROOM);
}

/** Puts everything back as `enter` found it, and returns. */
export function leave(code: X64Assembler): void {
  code.addNumber(R.rsp, HANDLE_ROOM);
  for (const register of SAVED.toReversed()) code.pop(register);
  code.return();
}

/**
 * What ONNX Runtime calls to compute (`KernelComputeV2`): with the job in rdi and its own context in rsi. Asks it where inputs and outputs lie, writes that into all places of the job that want it, offsets in bytes,
 * and lets its threads run the job's programs. Returns a status, null where all is well.
 */
export function writeOperator(code: X64Assembler, inputs: readonly Places[], outputs: readonly Places[]): void {
  const [job, context, table] = [R.rbx, R.rbp, R.r12];
  const found: Place = { base: R.rsp };
  const failures: Label[] = [];
  const call = (which: keyof typeof ORT): void => {
    code.callAt({ base: table, offset: ORT[which] * POINTER_BYTES });
    code.testNumber(R.rax, -1);
    failures.push(code.jump('not zero'));
  };
  const writeAddress = ([first = 0, ...others]: Places): void => {
    code.load(R.rdi, found);
    code.address(R.rsi, at(job, JOB.arrays + first));
    call('getTensorMutableData');
    if (others.length > 0) code.load(R.rdi, at(job, JOB.arrays + first));
    for (const place of others) code.store(R.rdi, at(job, JOB.arrays + place));
  };
  enter(code);
  code.copy(job, R.rdi);
  code.copy(context, R.rsi);
  code.load(table, { base: job, offset: JOB.ort });
  inputs.forEach((places, input) => {
    code.copy(R.rdi, context);
    code.setNumber(R.rsi, input);
    code.address(R.rdx, found);
    call('getInput');
    writeAddress(places);
  });
  outputs.forEach((places, output) => {
    const shape = JOB.shapes + output * SHAPE_BYTES;
    code.copy(R.rdi, context);
    code.setNumber(R.rsi, output);
    code.address(R.rdx, { base: job, offset: shape + POINTER_BYTES });
    code.load(R.rcx, { base: job, offset: shape });
    code.address(R.r8, found);
    call('getOutput');
    writeAddress(places);
  });
  code.load(R.rdx, { base: job, offset: JOB.threads });
  code.compareNumber(R.rdx, 1);
  const several = code.jump('not zero');
  code.copy(R.rdi, job);
  code.setNumber(R.rsi, 0);
  code.callAt({ base: job, offset: JOB.run });
  code.setNumber(R.rax, 0);
  const done = code.jump('always');
  code.land(several);
  code.copy(R.rdi, context);
  code.load(R.rsi, { base: job, offset: JOB.run });
  code.setNumber(R.rcx, 0);
  code.copy(R.r8, job);
  code.callAt({ base: table, offset: ORT.parallelFor * POINTER_BYTES });
  for (const jump of [...failures, done]) code.land(jump);
  leave(code);
}

/** What each thread runs: the program of thread rsi of the job rdi, step by step, each with its view of the job's arrays. */
export function writeInterpreter(code: X64Assembler): void {
  enter(code);
  const job: Place = { base: R.rsp };
  code.store(R.rdi, job);
  code.double(R.rsi, 4);
  code.add(R.rsi, R.rdi);
  code.load(STEP_AT, at(R.rsi, JOB.programs));
  code.load(R.rbp, at(R.rsi, JOB.programs + POINTER_BYTES));
  code.compare(STEP_AT, R.rbp);
  const none = code.jump('zero');
  const next = code.here();
  code.load(JOB_AT, job);
  code.load(R.rax, at(STEP_AT, STEP.view));
  code.add(JOB_AT, R.rax);
  code.callAt(at(STEP_AT, STEP.code));
  code.addNumber(STEP_AT, STEP_BYTES);
  code.compare(STEP_AT, R.rbp);
  code.jump('not zero', next);
  code.land(none);
  code.endVectors();
  leave(code);
}
