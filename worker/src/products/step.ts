import { LANES, MODE, VECTOR_BYTES } from './layout.ts';

/** One step of a thread's program: a piece of code, and what it reads. Offsets and strides are bytes. */
export interface Step {
  code: string;
  /** Offset in the factor that is read, or in scratch memory where that factor has been packed. */
  source: number;
  isPacked: boolean;
  /** Offset in the thread's scratch memory of what this step packs, or of the panel that it multiplies with. */
  packed: number;
  result: number;
  depth: number;
  stride: number;
  resultStride: number;
  tiles: number;
  tileStride: number;
  mask: number;
  mode: number;
  /** Offset in the vector of a bias, or in those of the rows' means and deviations. */
  extra: number;
  /** Bits of a float32, as are those of ε. */
  scale: number;
  epsilon: number;
  /** Offset of the addresses of this step's arrays among the job's. */
  view: number;
  /** Offset in the matrix; its rows are as far apart as the result's. */
  matrix: number;
  /** Offset of what is gone through besides, and how far it is on with each step along the depth. */
  beside: number;
  besideStride: number;
  /** Which offsets are in memory of the thread's own. */
  own: readonly ('source' | 'result')[];
}

/** A step in which nothing is said yet. */
export const BLANK: Omit<Step, 'code'> = {
  source: 0,
  isPacked: false,
  packed: 0,
  result: 0,
  depth: 0,
  stride: 0,
  resultStride: 0,
  tiles: 0,
  tileStride: 0,
  mask: 0,
  mode: 0,
  extra: 0,
  scale: 0,
  epsilon: 0,
  view: 0,
  matrix: 0,
  beside: 0,
  besideStride: 0,
  own: [],
};

/** The bits of a float32. */
export function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** A mask over the first values of a vector. */
export function maskOf(values: number): number {
  return 2 ** values - 1;
}

/** What a step says of rows of so many values that it goes through by vectors: where whole ones end, and what is left under the mask. */
export function alongRow(width: number): Pick<Step, 'depth' | 'mask' | 'mode'> {
  const whole = Math.floor(width / LANES);
  return {
    depth: whole * VECTOR_BYTES,
    mask: maskOf(width - whole * LANES),
    mode: width > whole * LANES ? MODE.tail : 0,
  };
}

/** Some rows, columns or steps along the depth: the first, and the one behind the last. */
export type Range = readonly [start: number, end: number];

/** Divides a length among threads, each part but the last a multiple of `unit`. */
export function shares(length: number, unit: number, threads: number): Range[] {
  const units = Math.ceil(length / unit);
  return Array.from({ length: threads }, (_, thread) => [
    Math.min(length, Math.floor((units * thread) / threads) * unit),
    Math.min(length, Math.floor((units * (thread + 1)) / threads) * unit),
  ]);
}
