import { enter, leave } from './function-code.ts';
import { R, type Label, type Place, type Register } from './general-assembler.ts';
import { POINTER_BYTES } from './layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** Places of the functions of ONNX Runtime's interface that are called, in its table; see runtime/ort-library.ts. */
const ORT = {
  getTensorMutableData: 51,
  getTensorShapeElementCount: 64,
  getTensorTypeAndShape: 65,
  getInput: 90,
  getOutput: 91,
  releaseTensorTypeAndShapeInfo: 99,
  parallelFor: 274,
} as const;

const [JOB, CONTEXT, TABLE] = [R.rbx, R.rbp, R.r12];
const FOUND: Place = { base: R.rsp };

/** Offsets in a job where an address is wanted. */
export type Places = readonly number[];

/** Divides rax by a number that is not 0: the whole part is in rax then, the rest in rdx. */
export function divide(code: VectorAssembler, by: Place): void {
  code.setNumber(R.rdx, 0);
  code.divide(by);
}

/**
 * Writes what ONNX Runtime calls to compute (`KernelComputeV2`), with the job in rdi and its own context in rsi: asks it for inputs and outputs, and lets its threads run.
 * Returns a status, null where all is well.
 */
export class KernelCall {
  private readonly code: VectorAssembler;
  private readonly failures: Label[] = [];

  constructor(code: VectorAssembler, ort: number) {
    this.code = code;
    enter(code);
    code.copy(JOB, R.rdi);
    code.copy(CONTEXT, R.rsi);
    code.load(TABLE, this.inJob(ort));
  }

  /** A place in the job. */
  inJob(offset: number): Place {
    return { base: JOB, offset };
  }

  /** Writes an input's address into the job; where a place for it is named, also how many values it has. */
  input(index: number, places: Places, counted?: { shape: number; count: number }): void {
    const { code } = this;
    code.copy(R.rdi, CONTEXT);
    code.setNumber(R.rsi, index);
    code.address(R.rdx, FOUND);
    this.call('getInput');
    this.writeAddress(places);
    if (counted === undefined) return;
    code.load(R.rdi, FOUND);
    code.address(R.rsi, this.inJob(counted.shape));
    this.call('getTensorTypeAndShape');
    code.load(R.rdi, this.inJob(counted.shape));
    code.address(R.rsi, this.inJob(counted.count));
    this.call('getTensorShapeElementCount');
    code.load(R.rdi, this.inJob(counted.shape));
    code.callAt({ base: TABLE, offset: ORT.releaseTensorTypeAndShapeInfo * POINTER_BYTES });
  }

  /** Asks for an output whose dimensions lie at rdx, as many as rcx says, and writes its address into the job. */
  output(index: number, places: Places): void {
    const { code } = this;
    code.copy(R.rdi, CONTEXT);
    code.setNumber(R.rsi, index);
    code.address(R.r8, FOUND);
    this.call('getOutput');
    this.writeAddress(places);
  }

  /** Writes a register into the job. */
  keep(value: Register, offset: number): void {
    this.code.store(value, this.inJob(offset));
  }

  /** Runs what the job says, by ONNX Runtime's threads where it wants several, and returns; where a number is named, only if it is not 0. */
  runAndReturn(threads: number, run: number, size?: number): void {
    const { code } = this;
    if (size !== undefined) {
      code.load(R.rax, this.inJob(size));
      code.testNumber(R.rax, -1);
      this.failures.push(code.jump('zero'));
    }
    code.load(R.rdx, this.inJob(threads));
    code.compareNumber(R.rdx, 1);
    const several = code.jump('not zero');
    code.copy(R.rdi, JOB);
    code.setNumber(R.rsi, 0);
    code.callAt(this.inJob(run));
    code.setNumber(R.rax, 0);
    const done = code.jump('always');
    code.land(several);
    code.copy(R.rdi, CONTEXT);
    code.load(R.rsi, this.inJob(run));
    code.setNumber(R.rcx, 0);
    code.copy(R.r8, JOB);
    code.callAt({ base: TABLE, offset: ORT.parallelFor * POINTER_BYTES });
    for (const jump of [...this.failures, done]) code.land(jump);
    leave(code);
  }

  private call(which: keyof typeof ORT): void {
    this.code.callAt({ base: TABLE, offset: ORT[which] * POINTER_BYTES });
    this.code.testNumber(R.rax, -1);
    this.failures.push(this.code.jump('not zero'));
  }

  private writeAddress([first = 0, ...others]: Places): void {
    const { code } = this;
    code.load(R.rdi, FOUND);
    code.address(R.rsi, this.inJob(first));
    this.call('getTensorMutableData');
    if (others.length > 0) code.load(R.rdi, this.inJob(first));
    for (const place of others) code.store(R.rdi, this.inJob(place));
  }
}
