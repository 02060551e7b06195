import type { Pointer } from '../runtime/ort-library.ts';
import { ATTENTION_VIEWS, ownBytesOfHead, planHead, type AttentionSizes } from './attention-plan.ts';
import { CACHE_LINE, JobMemory, roomFor, Words, type Room } from './job-memory.ts';
import { FLOAT_BYTES, POINTER_BYTES, PRODUCT_ARRAYS, STEP_BYTES } from './layout.ts';
import { PROMPT_BLOCK, PROMPT_BLOCK_BYTES, PROMPT_JOB } from './open-layout.ts';
import type { PromptAttention } from './open-node.ts';
import { PANEL_BYTES } from './product-plan.ts';
import { shares, type Step } from './step.ts';
import { writeStep } from './step-words.ts';

/** Sizes of arrays in a run, by those with which they were recorded. */
export type TrueSizes = ReadonlyMap<number, number>;

/** A node's job, and what each thread works with. */
interface PromptJob {
  attention: PromptAttention;
  job: Words;
  blocks: Words[];
  /** The steps that its threads follow. */
  program: Words[];
}

/** Programs that are kept for sizes that come again. */
const KEPT_PROGRAMS = 512;

/** Jobs of one session that attend to whole prompts. Sizes are said before a run that has others than the one before. */
export class PromptJobs extends JobMemory {
  private readonly jobs: PromptJob[] = [];
  /** Where each thread packs factors. */
  private scratch: Room | null = null;
  /** Where each thread keeps the weights of a head, for the largest sizes so far. */
  private own: Room = { start: 0n, bytes: 0, held: null };
  /** For each thread the steps for one head, by what they depend on; the latest last. */
  private readonly programs = new Map<string, Words[]>();

  /** Whether there is nothing that sizes have to be said to. */
  get isEmpty(): boolean {
    return this.jobs.length === 0;
  }

  /** The job of one node; the address of what `compute` reads. */
  add(attention: PromptAttention): Pointer {
    const job = this.job(PROMPT_JOB, PROMPT_JOB.blocks + POINTER_BYTES * this.threads, 'run prompt');
    job.set(PROMPT_JOB.heads, attention.heads);
    job.set(PROMPT_JOB.headBytes, attention.headSize * FLOAT_BYTES);
    const address = this.keep(job);
    const blocks = Array.from({ length: this.threads }, (_, thread) => {
      const block = new Words(PROMPT_BLOCK_BYTES);
      block.set(PROMPT_BLOCK.job, address);
      job.set(PROMPT_JOB.blocks + POINTER_BYTES * thread, this.keep(block));
      return block;
    });
    this.jobs.push({ attention, job, blocks, program: [] });
    return address;
  }

  /** Says how many texts and tokens the next runs have. */
  resize(sizes: TrueSizes): void {
    const tasks = this.jobs.map((job) => ({ job, task: sizesOf(job.attention, sizes) }));
    const mostBytes = Math.max(0, ...tasks.map(({ task }) => ownBytesOfHead(task)));
    const ownBytes = Math.ceil(mostBytes / CACHE_LINE) * CACHE_LINE;
    if (this.threads * ownBytes > this.own.bytes) this.own = roomFor(this.ort, this.threads * ownBytes);
    for (const { job, task } of tasks) {
      job.program = this.programOf(task);
      this.write(job, task, ownBytes);
    }
  }

  /** The steps for one head, as each thread reads them: they are the same for any number of texts. */
  private programOf(task: AttentionSizes): Words[] {
    const { heads, width, asking, seen, scale, mask } = task;
    const key = [heads, width, asking, seen, scale, mask?.row].join(' ');
    const program = this.programs.get(key) ?? this.writeProgram(planHead(task));
    this.programs.delete(key);
    this.programs.set(key, program);
    const [oldest] = this.programs.keys();
    if (this.programs.size > KEPT_PROGRAMS && oldest !== undefined) this.programs.delete(oldest);
    return program;
  }

  private writeProgram(steps: Step[]): Words[] {
    this.scratch ??= this.allocate(this.threads * PANEL_BYTES);
    const { start } = this.scratch;
    return Array.from({ length: this.threads }, (_, thread) => {
      const words = new Words(steps.length * STEP_BYTES);
      const scratch = start + BigInt(thread * PANEL_BYTES);
      steps.forEach((step, index) => {
        writeStep(words, index * STEP_BYTES, step, { code: this.code, scratch, own: 0n });
      });
      return words;
    });
  }

  private write({ job, blocks, program }: PromptJob, task: AttentionSizes, ownBytes: number): void {
    const { batch, heads, asking, seen, width, mask } = task;
    const tokenBytes = heads * width * FLOAT_BYTES;
    job.set(PROMPT_JOB.units, batch * heads);
    job.set(PROMPT_JOB.askingBytes, asking * tokenBytes);
    job.set(PROMPT_JOB.seenBytes, seen * tokenBytes);
    job.set(PROMPT_JOB.maskBytes, (mask?.outer[0] ?? 0) * FLOAT_BYTES);
    [batch, asking, heads, width].forEach((size, axis) => job.set(PROMPT_JOB.dimensions + POINTER_BYTES * axis, size));
    shares(batch * heads, 1, this.threads).forEach(([first, end], thread) => {
      const [block, words] = [blocks[thread], program[thread]];
      if (block === undefined || words === undefined) throw new Error(`There is no thread ${thread}`);
      const start = this.ort.addressOf(words.array);
      const own = this.own.start + BigInt(thread * ownBytes);
      block.set(PROMPT_BLOCK.views + ATTENTION_VIEWS.scores + PRODUCT_ARRAYS.result, own);
      block.set(PROMPT_BLOCK.views + ATTENTION_VIEWS.values + PRODUCT_ARRAYS.a, own);
      block.set(PROMPT_BLOCK.first, first);
      block.set(PROMPT_BLOCK.end, end);
      block.set(PROMPT_BLOCK.program, start);
      block.set(PROMPT_BLOCK.programEnd, start + BigInt(words.array.byteLength));
    });
  }
}

function sizesOf(
  { heads, headSize, scale, texts, asking, seen, maskByText, maskByToken }: PromptAttention,
  sizes: TrueSizes,
): AttentionSizes {
  const [batch, from, to] = [texts, asking, seen].map((size) => sizes.get(size) ?? size) as [number, number, number];
  const maskRows = maskByToken ? from : 1;
  const mask = { outer: [maskByText ? maskRows * to : 0, 0], row: maskByToken ? to : 0 };
  return { batch, heads, asking: from, seen: to, width: headSize, scale, mask };
}
