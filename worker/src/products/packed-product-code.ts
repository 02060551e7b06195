import { STEP } from './layout.ts';
import { PACKED_JOB, PANEL_STEP, PANEL_STEP_BYTES } from './open-layout.ts';
import { at, JOB_AT, R, STEP_AT } from './general-assembler.ts';
import { divide, KernelCall } from './kernel-call-code.ts';
import { writeProgram } from './program-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

const ADDRESSES = [PACKED_JOB.a, PACKED_JOB.weight, PACKED_JOB.bias, PACKED_JOB.addend] as const;

/** What ONNX Runtime calls for a product with a packed weight: finds out how many rows there are, and lets threads run their programs. */
export function writePackedOperator(code: VectorAssembler, inputs: number): void {
  const call = new KernelCall(code, PACKED_JOB.ort);
  ADDRESSES.slice(0, inputs).forEach((address, index) => {
    call.input(index, [address], index === 0 ? PACKED_JOB : undefined);
  });
  code.load(R.rax, call.inJob(PACKED_JOB.count));
  divide(code, call.inJob(PACKED_JOB.depth));
  call.keep(R.rax, PACKED_JOB.rows);
  code.subtractNumber(R.rax, 1);
  divide(code, call.inJob(PACKED_JOB.tileRows));
  call.keep(R.rax, PACKED_JOB.tiles);
  code.addNumber(R.rdx, 1);
  call.keep(R.rdx, PACKED_JOB.rest);
  for (const [bytes, offset] of [
    [PACKED_JOB.tileBytes, PACKED_JOB.restSource],
    [PACKED_JOB.tileResultBytes, PACKED_JOB.restResult],
  ] as const) {
    code.load(R.rdx, call.inJob(bytes));
    code.multiply(R.rdx, call.inJob(PACKED_JOB.tiles));
    call.keep(R.rdx, offset);
  }
  code.load(R.rdx, call.inJob(PACKED_JOB.shapeAt));
  code.load(R.rcx, call.inJob(PACKED_JOB.rank));
  call.output(0, [PACKED_JOB.result]);
  call.runAndReturn(PACKED_JOB.threads, PACKED_JOB.run, PACKED_JOB.rows);
}

/**
 * What each thread runs. For every panel of its program first the last rows, one to a tile of them, by code that asks for the panel ahead: it comes from far. Then the tiles above them, for
 * which it is near.
 */
export function writePackedInterpreter(code: VectorAssembler): void {
  const [value, other] = [R.rax, R.rcx];
  const set = (offset: number): void => code.store(value, at(STEP_AT, offset));
  const moveBy = (combine: 'add' | 'subtract'): void => {
    for (const [field, distance] of [
      [STEP.source, PACKED_JOB.restSource],
      [STEP.result, PACKED_JOB.restResult],
      [STEP.matrix, PACKED_JOB.restResult],
    ] as const) {
      code.load(value, at(STEP_AT, field));
      code.load(other, at(JOB_AT, distance));
      code[combine](value, other);
      set(field);
    }
  };
  const sizes = { programs: PACKED_JOB.programs, stepBytes: PANEL_STEP_BYTES };
  writeProgram(
    code,
    sizes,
    () => code.copy(JOB_AT, R.rdi),
    () => {
      code.load(value, at(STEP_AT, PANEL_STEP.panel));
      code.load(other, at(JOB_AT, PACKED_JOB.weight));
      code.add(value, other);
      set(STEP.packed);
      moveBy('add');
      code.setNumber(value, 1);
      set(STEP.tiles);
      code.load(value, at(JOB_AT, PACKED_JOB.rest));
      code.double(value, 3);
      code.load(other, at(STEP_AT, PANEL_STEP.codes));
      code.add(value, other);
      code.callAt(at(value));
      moveBy('subtract');
      code.load(value, at(JOB_AT, PACKED_JOB.tiles));
      code.testNumber(value, -1);
      const noTiles = code.jump('zero');
      set(STEP.tiles);
      code.callAt(at(STEP_AT, STEP.code));
      code.land(noTiles);
    },
  );
}
