import { FLOAT_BYTES, LANES, POINTER_BYTES, STEP, VECTOR_BYTES } from './layout.ts';
import { CACHE_JOB } from './open-layout.ts';
import { at, JOB_AT, R, STEP_AT } from './general-assembler.ts';
import { divide, KernelCall } from './kernel-call-code.ts';
import { enter, leave } from './function-code.ts';
import { acrossVector } from './row-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

const ADDRESSES = ['queries', 'keys', 'values', 'mask', 'freshKeys', 'freshValues'] as const;

/** Where a thread's step keeps its number, that of the next thread, and behind which head it stops; the softmax reads none of these. */
export const OWN_STEP = { thread: STEP.extra, nextThread: STEP.scale, end: STEP.packed } as const;

/** What ONNX Runtime calls for the attention of one token of each text over a cache: finds out how many texts and tokens there are, and lets threads take their heads. */
export function writeCacheOperator(code: VectorAssembler, inputs: number): void {
  const call = new KernelCall(code, CACHE_JOB.ort);
  ADDRESSES.slice(0, inputs).forEach((name, index) => {
    const { shape, count, keyCount } = CACHE_JOB;
    call.input(
      index,
      [CACHE_JOB[name]],
      index === 0 ? { shape, count } : index === 1 ? { shape, count: keyCount } : undefined,
    );
  });
  const product = (left: number, right: number): void => {
    code.load(R.rcx, call.inJob(left));
    code.multiply(R.rcx, call.inJob(right));
  };
  code.load(R.rax, call.inJob(CACHE_JOB.count));
  divide(code, call.inJob(CACHE_JOB.textValues));
  call.keep(R.rax, CACHE_JOB.dimensions);
  product(CACHE_JOB.dimensions, CACHE_JOB.heads);
  call.keep(R.rcx, CACHE_JOB.units);
  call.keep(R.rcx, CACHE_JOB.weightDimensions);
  product(CACHE_JOB.count, CACHE_JOB.floatBytes);
  call.keep(R.rcx, CACHE_JOB.tokenBytes);
  code.load(R.rax, call.inJob(CACHE_JOB.count));
  code.testNumber(R.rax, -1);
  // Of no texts nobody can say how many tokens each has.
  const noTexts = code.jump('zero');
  code.load(R.rax, call.inJob(CACHE_JOB.keyCount));
  divide(code, call.inJob(CACHE_JOB.count));
  call.keep(R.rax, CACHE_JOB.past);
  code.load(R.rcx, call.inJob(CACHE_JOB.fresh));
  code.add(R.rax, R.rcx);
  call.keep(R.rax, CACHE_JOB.seen);
  product(CACHE_JOB.seen, CACHE_JOB.floatBytes);
  call.keep(R.rcx, CACHE_JOB.maskBytes);
  code.addNumber(R.rcx, VECTOR_BYTES);
  call.keep(R.rcx, CACHE_JOB.weightBytes);
  code.copy(R.rcx, R.rax);
  code.addNumber(R.rcx, LANES);
  call.keep(R.rcx, CACHE_JOB.weightDimensions + POINTER_BYTES);
  divide(code, call.inJob(CACHE_JOB.lanes));
  code.copy(R.rsi, R.rdx);
  code.double(R.rsi, 3);
  code.add(R.rsi, R.rbx);
  for (const [table, place] of [
    [CACHE_JOB.restMasks, CACHE_JOB.restMask],
    [CACHE_JOB.modes, CACHE_JOB.mode],
  ] as const) {
    code.load(R.rcx, at(R.rsi, table));
    call.keep(R.rcx, place);
  }
  code.multiply(R.rax, call.inJob(CACHE_JOB.vectorBytes));
  call.keep(R.rax, CACHE_JOB.wholeBytes);
  code.land(noTexts);
  for (const [index, address, dimensions, rank] of [
    [0, CACHE_JOB.result, CACHE_JOB.dimensions, 4],
    [1, CACHE_JOB.weights, CACHE_JOB.weightDimensions, 2],
  ] as const) {
    code.address(R.rdx, call.inJob(dimensions));
    code.setNumber(R.rcx, rank);
    call.output(index, [address]);
  }
  call.runAndReturn(CACHE_JOB.threads, CACHE_JOB.run, CACHE_JOB.units);
}

/** First of the vectors that hold a head's query, and later what is taken up of the values; two more. */
const HEAD_VECTOR = 4;
const [ACC, LOADED] = [1, 2];

const [unit, unitBytes, weights] = [R.rbp, R.r12, R.r13];
const [token, tokens, place, tokenBytes] = [R.rdx, R.rcx, R.r8, R.r9];

/** What each thread runs: its share of all heads, one after the other; a head's values take so many vectors. */
export function writeCachedAttention(code: VectorAssembler, vectors: number): void {
  begin(code);
  const none = code.jump('zero');
  const next = code.here();
  findHead(code);
  writeScores(code, vectors);
  code.callAt(at(STEP_AT, STEP.code));
  takeUpValues(code, vectors);
  code.addNumber(unit, 1);
  code.load(R.rax, at(STEP_AT, OWN_STEP.end));
  code.compare(unit, R.rax);
  code.jump('not zero', next);
  code.land(none);
  code.endVectors();
  leave(code);
}

/** Finds this thread's share, and says in its step what the softmaxes of all heads have in common. Leaves the flags of whether there is anything to do. */
function begin(code: VectorAssembler): void {
  enter(code);
  code.copy(JOB_AT, R.rdi);
  code.double(R.rsi, 3);
  code.add(R.rsi, R.rdi);
  code.load(STEP_AT, at(R.rsi, CACHE_JOB.steps));
  for (const [from, to] of [
    [CACHE_JOB.wholeBytes, STEP.depth],
    [CACHE_JOB.restMask, STEP.mask],
    [CACHE_JOB.mode, STEP.mode],
  ] as const) {
    code.load(R.rax, at(JOB_AT, from));
    code.store(R.rax, at(STEP_AT, to));
  }
  const shareBefore = (thread: number): void => {
    code.load(R.rax, at(JOB_AT, CACHE_JOB.units));
    code.multiply(R.rax, at(STEP_AT, thread));
    divide(code, at(JOB_AT, CACHE_JOB.threads));
  };
  shareBefore(OWN_STEP.thread);
  code.copy(unit, R.rax);
  shareBefore(OWN_STEP.nextThread);
  code.store(R.rax, at(STEP_AT, OWN_STEP.end));
  code.compare(unit, R.rax);
}

/** Finds where a head's values, weights and mask lie. */
function findHead(code: VectorAssembler): void {
  code.copy(R.rax, unit);
  divide(code, at(JOB_AT, CACHE_JOB.heads));
  code.multiply(R.rax, at(JOB_AT, CACHE_JOB.maskBytes));
  code.store(R.rax, at(STEP_AT, STEP.source));
  code.copy(unitBytes, unit);
  code.multiply(unitBytes, at(JOB_AT, CACHE_JOB.headBytes));
  code.copy(weights, unit);
  code.multiply(weights, at(JOB_AT, CACHE_JOB.weightBytes));
  code.store(weights, at(STEP_AT, STEP.result));
  code.load(R.rax, at(JOB_AT, CACHE_JOB.weights));
  code.add(weights, R.rax);
}

/** Goes through the tokens of both parts, one behind the other, and through the weights. */
function eachToken(code: VectorAssembler, parts: readonly [past: number, fresh: number], write: () => void): void {
  code.load(R.rax, at(JOB_AT, CACHE_JOB.headMask));
  code.setMask(R.rax);
  code.copy(place, weights);
  code.load(tokenBytes, at(JOB_AT, CACHE_JOB.tokenBytes));
  parts.forEach((part, index) => {
    code.load(tokens, at(JOB_AT, index === 0 ? CACHE_JOB.past : CACHE_JOB.fresh));
    code.testNumber(tokens, -1);
    const none = code.jump('zero');
    code.load(token, at(JOB_AT, part));
    code.add(token, unitBytes);
    const next = code.here();
    write();
    code.add(token, tokenBytes);
    code.addNumber(place, FLOAT_BYTES);
    code.subtractNumber(tokens, 1);
    code.jump('not zero', next);
    code.land(none);
  });
}

/** Writes the products of the query with all keys; each as a whole vector, which the next one covers. */
function writeScores(code: VectorAssembler, vectors: number): void {
  const all = Array.from({ length: vectors }, (_, v) => v);
  code.load(R.rax, at(JOB_AT, CACHE_JOB.headMask));
  code.setMask(R.rax);
  code.load(R.rsi, at(JOB_AT, CACHE_JOB.queries));
  code.add(R.rsi, unitBytes);
  code.broadcast(LOADED, at(JOB_AT, CACHE_JOB.scale));
  for (const v of all) {
    code.loadVector(HEAD_VECTOR + v, at(R.rsi, v * VECTOR_BYTES), v === vectors - 1);
    code.multiplyVectors(HEAD_VECTOR + v, HEAD_VECTOR + v, LOADED);
  }
  eachToken(code, [CACHE_JOB.keys, CACHE_JOB.freshKeys], () => {
    code.clear(ACC);
    for (const v of all) {
      code.loadVector(LOADED, at(token, v * VECTOR_BYTES), v === vectors - 1);
      code.multiplyAdd(ACC, HEAD_VECTOR + v, LOADED);
    }
    acrossVector(code, ACC, (to, left, right) => code.addVectors(to, left, right));
    code.storeVector(ACC, at(place));
  });
}

/** Adds up the values of all tokens by their weights. */
function takeUpValues(code: VectorAssembler, vectors: number): void {
  const all = Array.from({ length: vectors }, (_, v) => v);
  for (const v of all) code.clear(HEAD_VECTOR + v);
  eachToken(code, [CACHE_JOB.values, CACHE_JOB.freshValues], () => {
    code.broadcast(ACC, at(place));
    for (const v of all) {
      code.loadVector(LOADED, at(token, v * VECTOR_BYTES), v === vectors - 1);
      code.multiplyAdd(HEAD_VECTOR + v, ACC, LOADED);
    }
  });
  code.load(R.rsi, at(JOB_AT, CACHE_JOB.result));
  code.add(R.rsi, unitBytes);
  for (const v of all) code.storeVector(HEAD_VECTOR + v, at(R.rsi, v * VECTOR_BYTES), v === vectors - 1);
}
