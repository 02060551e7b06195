import type { OrtLibrary, Pointer } from '../runtime/ort-library.ts';
import { CACHE_LINE, JobMemory, Words, type Room } from './job-memory.ts';
import { JOB, POINTER_BYTES, SHAPE_BYTES, STEP_BYTES } from './layout.ts';
import type { MachineCode } from './machine-code.ts';
import type { Task } from './operators.ts';
import { LARGEST_SCRATCH_BYTES } from './product-plan.ts';
import { writeStep } from './step-words.ts';

/** The programs of all threads, one behind the other: where the first begins, and how many bytes behind it each ends. */
interface Programs {
  start: Pointer;
  bounds: number[];
}

/** Jobs and programs of one session whose sizes are known. */
export class SessionJobs extends JobMemory {
  /** Where each thread packs factors. */
  private readonly scratch: Room;
  /** Where threads keep what no other operator wants. */
  private own: Room;
  private readonly programs = new Map<string, Programs>();

  constructor(ort: OrtLibrary, code: MachineCode, threads: number) {
    super(ort, code, threads);
    this.scratch = this.allocate(threads * LARGEST_SCRATCH_BYTES);
    this.own = { start: 0n, bytes: 0, held: null };
  }

  /** The job of one node; the address of what `compute` reads. */
  add(task: Task): Pointer {
    const { start, bounds } = this.programs.get(task.key) ?? this.programsOf(task);
    this.programs.set(task.key, { start, bounds });
    const job = this.job(JOB, JOB.programs + 2 * POINTER_BYTES * this.threads, 'run');
    task.shapes.forEach((dimensions, output) => {
      const place = JOB.shapes + output * SHAPE_BYTES;
      job.set(place, dimensions.length);
      dimensions.forEach((size, index) => job.set(place + POINTER_BYTES * (index + 1), size));
    });
    bounds.slice(1).forEach((end, thread) => {
      const place = JOB.programs + 2 * POINTER_BYTES * thread;
      job.set(place, start + BigInt(bounds[thread] ?? 0));
      job.set(place + POINTER_BYTES, start + BigInt(end));
    });
    return this.keep(job);
  }

  private programsOf(task: Task): Programs {
    const programs = task.plan(this.threads);
    const words = new Words(programs.flat().length * STEP_BYTES);
    const bounds = [0];
    let at = 0;
    const ownBytes = Math.ceil(task.ownBytes / CACHE_LINE) * CACHE_LINE;
    if (this.threads * ownBytes > this.own.bytes) this.own = this.allocate(this.threads * ownBytes);
    programs.forEach((steps, thread) => {
      const scratch = this.scratch.start + BigInt(thread * LARGEST_SCRATCH_BYTES);
      const own = this.own.start + BigInt(thread * ownBytes);
      for (const step of steps) {
        writeStep(words, at, step, { code: this.code, scratch, own });
        at += STEP_BYTES;
      }
      bounds.push(at);
    });
    return { start: this.keep(words), bounds };
  }
}
