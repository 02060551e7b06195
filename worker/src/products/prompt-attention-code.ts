import { ATTENTION_VIEWS } from './attention-plan.ts';
import { enter, leave } from './function-code.ts';
import { at, JOB_AT, R, STEP_AT, type Place } from './general-assembler.ts';
import { divide, KernelCall } from './kernel-call-code.ts';
import { PRODUCT_ARRAYS, STEP, STEP_BYTES } from './layout.ts';
import { PROMPT_BLOCK, PROMPT_JOB } from './open-layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/** What ONNX Runtime calls for the attention of whole prompts, whose job says how many texts and tokens there are. */
export function writePromptOperator(code: VectorAssembler): void {
  const call = new KernelCall(code, PROMPT_JOB.ort);
  const { queries, keys, values, mask } = PROMPT_JOB;
  [queries, keys, values, mask].forEach((address, index) => call.input(index, [address]));
  code.address(R.rdx, call.inJob(PROMPT_JOB.dimensions));
  code.setNumber(R.rcx, 4);
  call.output(0, [PROMPT_JOB.result]);
  call.runAndReturn(PROMPT_JOB.threads, PROMPT_JOB.run, PROMPT_JOB.units);
}

/** Kept over the steps, which use most registers. */
const unit = R.rbp;
const BLOCK: Place = { base: R.rsp };

/** What each thread runs: for each of its heads the same steps, on the arrays of that head. */
export function writePromptAttention(code: VectorAssembler): void {
  enter(code);
  code.double(R.rsi, 3);
  code.add(R.rsi, R.rdi);
  code.load(JOB_AT, at(R.rsi, PROMPT_JOB.blocks));
  code.store(JOB_AT, BLOCK);
  code.load(unit, at(JOB_AT, PROMPT_BLOCK.first));
  const nextHead = code.here();
  code.load(JOB_AT, BLOCK);
  code.load(R.rax, at(JOB_AT, PROMPT_BLOCK.end));
  code.compare(unit, R.rax);
  const done = code.jump('zero');
  findHead(code);
  code.load(STEP_AT, at(JOB_AT, PROMPT_BLOCK.program));
  const nextStep = code.here();
  code.load(JOB_AT, BLOCK);
  code.load(R.rax, at(STEP_AT, STEP.view));
  code.add(JOB_AT, R.rax);
  code.callAt(at(STEP_AT, STEP.code));
  code.addNumber(STEP_AT, STEP_BYTES);
  code.load(R.rcx, BLOCK);
  code.load(R.rax, at(R.rcx, PROMPT_BLOCK.programEnd));
  code.compare(STEP_AT, R.rax);
  code.jump('not zero', nextStep);
  code.addNumber(unit, 1);
  code.jump('always', nextHead);
  code.land(done);
  code.endVectors();
  leave(code);
}

/** Writes where the arrays of a head begin. */
function findHead(code: VectorAssembler): void {
  const [job, text, inText, address] = [R.r8, R.rcx, R.rdx, R.rsi];
  code.load(job, at(JOB_AT, PROMPT_BLOCK.job));
  code.copy(R.rax, unit);
  divide(code, at(job, PROMPT_JOB.heads));
  code.copy(text, R.rax);
  code.multiply(inText, at(job, PROMPT_JOB.headBytes));
  const { scores, values } = ATTENTION_VIEWS;
  const { a, b, vector, result } = PRODUCT_ARRAYS;
  for (const [array, textBytes, place] of [
    [PROMPT_JOB.queries, PROMPT_JOB.askingBytes, scores + a],
    [PROMPT_JOB.keys, PROMPT_JOB.seenBytes, scores + b],
    [PROMPT_JOB.values, PROMPT_JOB.seenBytes, values + b],
    [PROMPT_JOB.result, PROMPT_JOB.askingBytes, values + result],
    [PROMPT_JOB.mask, PROMPT_JOB.maskBytes, scores + vector],
  ] as const) {
    code.copy(address, text);
    code.multiply(address, at(job, textBytes));
    code.load(R.rax, at(job, array));
    code.add(address, R.rax);
    if (array !== PROMPT_JOB.mask) code.add(address, inText);
    code.store(address, at(JOB_AT, PROMPT_BLOCK.views + place));
  }
}
