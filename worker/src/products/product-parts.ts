import type { Range } from './step.ts';

/** Which matrix it is, the result or factor a as it lies in memory, and the blocks of its rows: of each all columns count that its last row has up to the diagonal. */
export interface LowerTriangle {
  of: 'result' | 'a';
  blocks: readonly Range[];
}

/** What of a product's sizes says how it is divided. */
interface Divided {
  lower: LowerTriangle | null;
  transposeA: boolean;
}

/** Rows that are multiplied over the same steps along the depth. */
export interface Part {
  rows: Range;
  depth: Range;
  /** The piece of the depth that is packed, and the first of the rows beside which these are. */
  piece: Range;
  blockRow: number;
  /** Whether there are no sums from before that these are added to. */
  isFirst: boolean;
}

/** The parts of a block of rows for a piece of the depth: where half of a counts for nothing, one for each of its own blocks. */
export function partsOf({ lower, transposeA }: Divided, piece: Range, block: Range): Part[] {
  const common = { piece, blockRow: block[0] };
  if (lower?.of !== 'a') return [{ ...common, rows: block, depth: piece, isFirst: piece[0] === 0 }];
  return within(lower.blocks, block)
    .map((rows): Part => {
      if (!transposeA)
        return { ...common, rows, depth: [piece[0], Math.min(piece[1], rows[1])], isFirst: piece[0] === 0 };
      return { ...common, rows, depth: [Math.max(piece[0], rows[0]), piece[1]], isFirst: piece[0] <= rows[0] };
    })
    .filter(({ depth: [first, end] }) => first < end);
}

/** Of these parts the rows of which a panel of the result that begins at this column is needed. */
export function seenFrom({ lower }: Divided, column: number, parts: readonly Part[]): Part[] {
  if (lower?.of !== 'result') return [...parts];
  const first = lower.blocks.find(([, end]) => end > column)?.[0] ?? 0;
  return parts
    .map((part): Part => ({ ...part, rows: [Math.max(first, part.rows[0]), part.rows[1]] }))
    .filter(({ rows: [start, end] }) => start < end);
}

/** What blocks have of a range. */
export function within(blocks: readonly Range[], [start, end]: Range): Range[] {
  return blocks
    .map(([first, last]): Range => [Math.max(start, first), Math.min(end, last)])
    .filter(([first, last]) => first < last);
}
