import type { OrtLibrary, Pointer } from '../runtime/ort-library.ts';
import { JobMemory, Words, type Room } from './job-memory.ts';
import { FLOAT_BYTES, JOB, POINTER_BYTES, PRODUCT_ARRAYS, STEP_BYTES } from './layout.ts';
import type { MachineCode } from './machine-code.ts';
import { LARGEST_SCRATCH_BYTES, PLAIN_PRODUCT, stepsOfRows, type ProductSizes } from './product-plan.ts';
import type { Step } from './step.ts';
import { writeStep } from './step-words.ts';

/*
 * A weight's gradient xᵀ·dy over few rows is cheaper to compute than to write into memory and to read again. So an update computes it block by block, some rows of the weight at
 * a time, into memory of its thread's own, where the processor's cache still has it when the update reads it. Every value is the sum that the product would have given.
 */

/** Values of a block, about: it has to stay in the cache of its thread's core. */
const BLOCK_VALUES = 32_768;
/** Rows of a block are a multiple of this many, so that every block begins where a line of the cache does. */
const ROW_UNIT = 16;

/** A weight's gradient as the product xᵀ·dy of x [rows, height] and dy [rows, width], which lie at these addresses. */
export interface FactoredGradient {
  rows: number;
  height: number;
  width: number;
  x: Pointer;
  dy: Pointer;
}

/** How many rows of the weight a block has, but for the last. */
export function blockHeight({ height, width }: Pick<FactoredGradient, 'height' | 'width'>): number {
  return Math.min(height, Math.max(ROW_UNIT, Math.floor(BLOCK_VALUES / width / ROW_UNIT) * ROW_UNIT));
}

/** The jobs of the blocks of some gradients: what the interpreter reads, for each of the threads that may compute one. They are there as long as this is held. */
export class GradientBlocks extends JobMemory {
  /** Where each thread packs factors, and where it leaves a block. */
  private readonly scratch: Room;
  private readonly blocks: readonly Pointer[];
  private readonly programs = new Map<string, { start: Pointer; bytes: number }>();

  constructor(ort: OrtLibrary, code: MachineCode, scratch: Room, blocks: readonly Pointer[]) {
    super(ort, code, blocks.length);
    this.scratch = scratch;
    this.blocks = blocks;
  }

  /** The address of the job that computes a block: the rows of the weight from `first` to before `end`. */
  add({ rows, height, width, x, dy }: FactoredGradient, [first, end]: readonly [number, number]): Pointer {
    const sizes = { ...PLAIN_PRODUCT, rows: height, depth: rows, columns: width, transposeA: true };
    const { start, bytes } = this.programOf(sizes, end - first);
    const job = this.job(JOB, JOB.programs + 2 * POINTER_BYTES * this.threads, 'run');
    job.set(JOB.arrays + PRODUCT_ARRAYS.a, x + BigInt(first * FLOAT_BYTES));
    job.set(JOB.arrays + PRODUCT_ARRAYS.b, dy);
    for (let thread = 0; thread < this.threads; thread++) {
      const place = JOB.programs + 2 * POINTER_BYTES * thread;
      job.set(place, start + BigInt(thread * bytes));
      job.set(place + POINTER_BYTES, start + BigInt((thread + 1) * bytes));
    }
    return this.keep(job);
  }

  /** The programs of all threads for the first rows of a product, one behind the other, and how many bytes each has. */
  private programOf(sizes: ProductSizes, count: number): { start: Pointer; bytes: number } {
    const key = [sizes.rows, sizes.depth, sizes.columns, count].join();
    const known = this.programs.get(key);
    if (known !== undefined) return known;
    const steps = stepsOfRows(sizes, [0, count], 0).map((step): Step =>
      step.code.startsWith('multiply') ? { ...step, own: ['result'] } : step,
    );
    const words = new Words(this.threads * steps.length * STEP_BYTES);
    this.blocks.forEach((own, thread) => {
      const scratch = this.scratch.start + BigInt(thread * LARGEST_SCRATCH_BYTES);
      steps.forEach((step, index) => {
        writeStep(words, (thread * steps.length + index) * STEP_BYTES, step, { code: this.code, scratch, own });
      });
    });
    const program = { start: this.keep(words), bytes: steps.length * STEP_BYTES };
    this.programs.set(key, program);
    return program;
  }
}
