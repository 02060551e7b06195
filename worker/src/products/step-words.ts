import type { Pointer } from '../runtime/ort-library.ts';
import type { Words } from './job-memory.ts';
import { STEP } from './layout.ts';
import type { MachineCode } from './machine-code.ts';
import type { Step } from './step.ts';

/** What a step says in numbers that stay as they are, unless they are places in memory of its thread's. */
const NUMBERS = [
  'source',
  'result',
  'depth',
  'stride',
  'resultStride',
  'tiles',
  'tileStride',
  'mask',
  'mode',
  'extra',
  'scale',
  'epsilon',
  'view',
  'matrix',
  'beside',
  'besideStride',
] as const;

/** The code, and a thread's memory: where it packs factors, and where it keeps what no other operator wants. */
interface Surroundings {
  code: MachineCode;
  scratch: Pointer;
  own: Pointer;
}

/** Writes a step as machine code reads it. */
export function writeStep(words: Words, at: number, step: Step, { code, scratch, own }: Surroundings): void {
  for (const name of NUMBERS) words.set(at + STEP[name], step[name]);
  for (const name of step.own) words.set(at + STEP[name], BigInt(step[name]) + own);
  words.set(at + STEP.code, code.address(step.code));
  if (step.isPacked) words.set(at + STEP.source, BigInt(step.source) + scratch);
  words.set(at + STEP.packed, BigInt(step.packed) + scratch);
}
