import { JOB, POINTER_BYTES, SHAPE_BYTES, STEP, STEP_BYTES } from './layout.ts';
import { at, JOB_AT, R, STEP_AT, type Place } from './general-assembler.ts';
import { KernelCall, type Places } from './kernel-call-code.ts';
import { writeProgram } from './program-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** What ONNX Runtime calls for operators whose sizes are known: their inputs and outputs have places among the addresses of the job's arrays, and outputs have shapes. */
export function writeOperator(code: VectorAssembler, inputs: readonly Places[], outputs: readonly Places[]): void {
  const call = new KernelCall(code, JOB.ort);
  const inArrays = (places: Places): Places => places.map((place) => JOB.arrays + place);
  inputs.forEach((places, input) => call.input(input, inArrays(places)));
  outputs.forEach((places, output) => {
    const shape = JOB.shapes + output * SHAPE_BYTES;
    code.address(R.rdx, call.inJob(shape + POINTER_BYTES));
    code.load(R.rcx, call.inJob(shape));
    call.output(output, inArrays(places));
  });
  call.runAndReturn(JOB.threads, JOB.run);
}

/** What each thread runs: the program of thread rsi of the job rdi, step by step, each with its view of the job's arrays. */
export function writeInterpreter(code: VectorAssembler): void {
  const job: Place = { base: R.rsp };
  writeProgram(
    code,
    { programs: JOB.programs, stepBytes: STEP_BYTES },
    () => code.store(R.rdi, job),
    () => {
      code.load(JOB_AT, job);
      code.load(R.rax, at(STEP_AT, STEP.view));
      code.add(JOB_AT, R.rax);
      code.callAt(at(STEP_AT, STEP.code));
    },
  );
}
