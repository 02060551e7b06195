import type { OrtLibrary, Pointer } from '../runtime/ort-library.ts';
import { OWN_STEP } from './cached-attention-code.ts';
import { JobMemory, Words } from './job-memory.ts';
import {
  FLOAT_BYTES,
  LANES,
  MODE,
  POINTER_BYTES,
  STEP,
  STEP_BYTES,
  TILE_ROWS,
  TILE_VECTORS,
  VECTOR_BYTES,
} from './layout.ts';
import type { MachineCode } from './machine-code.ts';
import { CACHE_JOB, PACKED_JOB, PANEL_STEP, PANEL_STEP_BYTES } from './open-layout.ts';
import type { CachedAttention, PackedProduct } from './open-node.ts';
import { packedPanels, type PackedPanel } from './packed-weights.ts';
import { bitsOf, maskOf } from './step.ts';

/** Jobs of one session whose number of rows is known only when they run. */
export class OpenJobs extends JobMemory {
  /** For panels of each width the address of their code for each number of rows. */
  private readonly codes: Pointer[];

  constructor(ort: OrtLibrary, code: MachineCode, threads: number) {
    super(ort, code, threads);
    this.codes = Array.from({ length: TILE_VECTORS }, (_, vector) => {
      const table = new Words((TILE_ROWS + 1) * POINTER_BYTES);
      for (let rows = 1; rows <= TILE_ROWS; rows++)
        table.set(rows * POINTER_BYTES, code.address(`multiply ${rows} ${vector + 1} far`));
      return this.keep(table);
    });
  }

  /** The job of a product with a packed weight; the address of what `compute` reads. */
  addProduct(product: PackedProduct): Pointer {
    const { depth, columns, heads } = product;
    const programs = packedPanels(product, this.threads);
    const steps = new Words(programs.flat().length * PANEL_STEP_BYTES);
    const start = this.keep(steps);
    const job = this.job(PACKED_JOB, PACKED_JOB.programs + 2 * POINTER_BYTES * this.threads, 'run packed');
    let at = 0;
    programs.forEach((panels, thread) => {
      job.set(PACKED_JOB.programs + 2 * POINTER_BYTES * thread, start + BigInt(at));
      for (const panel of panels) {
        this.writePanel(steps, at, product, panel);
        at += PANEL_STEP_BYTES;
      }
      job.set(PACKED_JOB.programs + 2 * POINTER_BYTES * thread + POINTER_BYTES, start + BigInt(at));
    });
    job.set(PACKED_JOB.depth, depth);
    job.set(PACKED_JOB.tileRows, TILE_ROWS);
    job.set(PACKED_JOB.tileBytes, TILE_ROWS * depth * FLOAT_BYTES);
    job.set(PACKED_JOB.tileResultBytes, TILE_ROWS * columns * FLOAT_BYTES);
    job.set(PACKED_JOB.one, 1);
    job.set(PACKED_JOB.columns, heads ?? columns);
    if (heads !== null) job.set(PACKED_JOB.columns + POINTER_BYTES, columns / heads);
    job.set(PACKED_JOB.rank, heads === null ? 2 : 4);
    const address = this.keep(job);
    job.set(PACKED_JOB.shapeAt, address + BigInt(heads === null ? PACKED_JOB.rows : PACKED_JOB.one));
    return address;
  }

  private writePanel(steps: Words, at: number, { depth, columns, finish }: PackedProduct, panel: PackedPanel): void {
    const isLast = panel.end === depth;
    const mode =
      (panel.first === 0 ? MODE.bias : MODE.add) |
      (isLast && finish === 'relu' ? MODE.relu : 0) |
      (isLast && finish === 'addend' ? MODE.addMatrix : 0);
    const fields: [number, number | bigint][] = [
      [STEP.code, this.code.address(`multiply ${TILE_ROWS} ${panel.vectors}`)],
      [STEP.source, panel.first * FLOAT_BYTES],
      [STEP.result, panel.column * FLOAT_BYTES],
      [STEP.matrix, panel.column * FLOAT_BYTES],
      [STEP.depth, panel.end - panel.first],
      [STEP.stride, depth * FLOAT_BYTES],
      [STEP.tileStride, TILE_ROWS * depth * FLOAT_BYTES],
      [STEP.resultStride, columns * FLOAT_BYTES],
      [STEP.mask, panel.mask],
      [STEP.mode, mode],
      [STEP.extra, panel.column * FLOAT_BYTES],
      [PANEL_STEP.panel, panel.offset * FLOAT_BYTES],
      [PANEL_STEP.codes, this.codes[panel.vectors - 1] ?? 0],
    ];
    for (const [offset, value] of fields) steps.set(at + offset, value);
  }

  /** The job of one token's attention over a cache. */
  addAttention({ heads, headSize, scale, isGrowing }: CachedAttention): Pointer {
    const vectors = Math.ceil(headSize / LANES);
    const job = this.job(CACHE_JOB, CACHE_JOB.steps + POINTER_BYTES * this.threads, `attend ${vectors}`);
    const fields: [number, number | bigint][] = [
      [CACHE_JOB.heads, heads],
      [CACHE_JOB.textValues, heads * headSize],
      [CACHE_JOB.headBytes, headSize * FLOAT_BYTES],
      [CACHE_JOB.scale, bitsOf(scale)],
      [CACHE_JOB.headMask, maskOf(headSize - (vectors - 1) * LANES)],
      [CACHE_JOB.fresh, Number(isGrowing)],
      [CACHE_JOB.lanes, LANES],
      [CACHE_JOB.floatBytes, FLOAT_BYTES],
      [CACHE_JOB.vectorBytes, VECTOR_BYTES],
    ];
    for (const [offset, value] of fields) job.set(offset, value);
    [0, 1, heads, headSize].forEach((size, axis) => job.set(CACHE_JOB.dimensions + POINTER_BYTES * axis, size));
    for (let rest = 0; rest < LANES; rest++) {
      job.set(CACHE_JOB.restMasks + POINTER_BYTES * rest, maskOf(rest));
      job.set(CACHE_JOB.modes + POINTER_BYTES * rest, rest > 0 ? MODE.tail : 0);
    }
    for (let thread = 0; thread < this.threads; thread++) {
      const step = new Words(STEP_BYTES);
      step.set(STEP.code, this.code.address('softmax masked'));
      step.set(STEP.tiles, 1);
      step.set(OWN_STEP.thread, thread);
      step.set(OWN_STEP.nextThread, thread + 1);
      job.set(CACHE_JOB.steps + POINTER_BYTES * thread, this.keep(step));
    }
    return this.keep(job);
  }
}
