import { FLOAT_BYTES } from '../layout.ts';
import { LARGEST_SCRATCH_BYTES } from '../product-plan.ts';
import type { Step } from '../step.ts';
import { Input, Memory, Output } from './simulated-memory.ts';
import { norm, normGradient, normSums } from './simulated-norms.ts';
import {
  multiply,
  multiplyTurned,
  packA,
  packAndMultiply,
  packB,
  packTransposedB,
  softmax,
  softmaxGradient,
  sums,
} from './simulated-products.ts';
import type { Thread } from './simulated-steps.ts';

/** The arrays of a job, with their places among its addresses, and how much memory of its own each thread has. */
export interface Job {
  inputs: readonly { places: readonly number[]; values: Float64Array }[];
  outputs: readonly { places: readonly number[]; size: number }[];
  ownBytes?: number;
}

/** What the programs left behind in each output. */
type Outcome = Pick<Output, 'values' | 'writes'>;

/** The pieces of code that there are, with the numbers in their names, and whether something is said behind them. */
const PIECES: readonly (readonly [
  RegExp,
  (step: Step, thread: Thread, numbers: number[], further: boolean) => void,
])[] = [
  [/^pack a ([1-4])$/, packA],
  [/^pack b ([1-3])$/, packB],
  [/^pack transposed b ([1-3]) ([1-9]|1[0-6])$/, packTransposedB],
  [/^multiply ([1-8]) ([1-3])( packed)?$/, multiply],
  [/^multiply ([1-8]) ([1-3]) turned$/, multiplyTurned],
  [/^multiply ([1-8]) ([1-3]) and pack$/, packAndMultiply],
  [/^sums ([1-3])( on)?$/, sums],
  [/^softmax( masked)?$/, softmax],
  [/^softmax gradient$/, softmaxGradient],
  [/^norm$/, norm],
  [/^norm gradient( plus)?$/, normGradient],
  [/^norm sums ([1-4])( on)?$/, normSums],
];

/**
 * Does what steps mean, one value after the other; throws where they reach outside the memory that there is, two threads write the same, or one reads what another one writes.
 */
export function simulate(programs: Step[][], { inputs, outputs, ownBytes = 0 }: Job): Outcome[] {
  const arrays = new Map<number, Memory>();
  const add = (places: readonly number[], array: Memory): void => {
    for (const place of places) {
      if (arrays.has(place)) throw new Error(`Two arrays have their address at ${place}`);
      arrays.set(place, array);
    }
  };
  inputs.forEach(({ places, values }, index) => add(places, new Input(`input ${index}`, values)));
  const written = outputs.map(({ size }, index) => new Output(`output ${index}`, size));
  outputs.forEach(({ places }, index) => add(places, written[index] ?? new Memory('', 0)));
  const thread = {
    arrays,
    scratch: new Memory('scratch memory', LARGEST_SCRATCH_BYTES / FLOAT_BYTES),
    own: new Memory("the thread's own memory", ownBytes / FLOAT_BYTES),
  };
  programs.forEach((steps, index) => {
    for (const output of written) output.thread = index;
    // As if each thread had its own.
    for (const memory of [thread.scratch, thread.own]) memory.forget();
    for (const step of steps) run(step, thread);
  });
  return written;
}

function run(step: Step, thread: Thread): void {
  for (const [name, act] of PIECES) {
    const match = name.exec(step.code);
    if (match === null) continue;
    const length = step.code.startsWith('pack') ? step.depth : step.tiles;
    if (!(length > 0)) throw new Error(`'${step.code}' would not end`);
    const found = match.slice(1).filter((part) => part !== undefined);
    const numbers = found.map(Number).filter((number) => !Number.isNaN(number));
    act(step, thread, numbers, found.length > numbers.length);
    return;
  }
  throw new Error(`There is no code '${step.code}'`);
}
