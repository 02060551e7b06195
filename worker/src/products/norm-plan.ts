import { FLOAT_BYTES, LANES } from './layout.ts';
import { SUMMED_VECTORS } from './norm-code.ts';
import { alongRow, bitsOf, BLANK, maskOf, shares, type Range, type Step } from './step.ts';

/** A layer normalisation of rows [rows, width]. */
export interface NormSizes {
  rows: number;
  width: number;
  epsilon: number;
}

/** Values of an array that are gone through before the next ones, so that they are still in the cache when they are read again. */
const BLOCK = 32_768;

/** The program of each thread for a layer normalisation: each takes some rows. */
export function planNorm({ rows, width, epsilon }: NormSizes, threads: number): Step[][] {
  return shares(rows, 1, threads).map((part) => rowSteps('norm', part, width, epsilon));
}

/**
 * The program of each thread for its gradient: each takes some rows, and some columns of the gradients of gain and bias. Whatever the number of threads, a sum over rows is
 * taken from the first to the last.
 */
export function planNormGradient({ rows, width }: NormSizes, hasAddend: boolean, threads: number): Step[][] {
  const code = hasAddend ? 'norm gradient plus' : 'norm gradient';
  const columns = shares(width, SUMMED_VECTORS * LANES, threads);
  const blockRows = Math.max(1, Math.floor(BLOCK / width));
  const blocks = Array.from({ length: Math.ceil(rows / blockRows) }, (_, index): Range => [
    index * blockRows,
    Math.min(rows, (index + 1) * blockRows),
  ]);
  return shares(rows, 1, threads).map(([first, end], thread) =>
    blocks.flatMap((block) => [
      ...rowSteps(code, [Math.max(first, block[0]), Math.min(end, block[1])], width, 0),
      ...sumSteps(block, columns[thread] ?? [0, 0], width),
    ]),
  );
}

function rowSteps(code: string, [first, end]: Range, width: number, epsilon: number): Step[] {
  if (first >= end) return [];
  const step: Step = {
    ...BLANK,
    ...alongRow(width),
    code,
    source: first * width * FLOAT_BYTES,
    stride: width * FLOAT_BYTES,
    tiles: end - first,
    extra: first * FLOAT_BYTES,
    scale: bitsOf(1 / width),
    epsilon: bitsOf(epsilon),
  };
  return [step];
}

function sumSteps([first, end]: Range, [firstColumn, endColumn]: Range, width: number): Step[] {
  const together = SUMMED_VECTORS * LANES;
  const parts = Array.from({ length: Math.ceil((endColumn - firstColumn) / together) }, (_, part) => {
    const column = firstColumn + part * together;
    return [column, Math.min(endColumn, column + together)] as const;
  });
  return parts.map(([column, endOfPart]) => {
    const vectors = Math.ceil((endOfPart - column) / LANES);
    return {
      ...BLANK,
      code: `norm sums ${vectors}${first > 0 ? ' on' : ''}`,
      source: (first * width + column) * FLOAT_BYTES,
      stride: width * FLOAT_BYTES,
      result: column * FLOAT_BYTES,
      tiles: end - first,
      extra: first * FLOAT_BYTES,
      mask: maskOf(endOfPart - column - (vectors - 1) * LANES),
    };
  });
}
