import { FLOAT_BYTES, LANES, MODE, PACKED_VECTORS, TILE_ROWS, TILE_VECTORS, VECTOR_BYTES } from './layout.ts';
import { partsOf, seenFrom, within, type LowerTriangle, type Part } from './product-parts.ts';
import { VECTOR_UNIT } from './vector-unit.ts';
import { alongRow, bitsOf, BLANK, maskOf, shares, type Range, type Step } from './step.ts';

/** What is done with a product before it becomes the result. */
export type Finish =
  | { kind: 'none' }
  /** A third input [columns] is added to every row; then what is below 0 becomes 0 where that is asked for. */
  | { kind: 'bias'; relu: boolean }
  /** A third input [columns] is added to every row, where there is a bias, and a last one to every value. */
  | { kind: 'addMatrix'; bias: boolean }
  /** What is not above 0 in a third input becomes 0: the gradient of the ReLU that gave it. */
  | { kind: 'reluGradient' }
  /** A third input is added, where there is one: a mask over outer dimensions, rows and columns, which may lack any of them but the columns. Then each row's softmax is taken. */
  | { kind: 'softmax'; mask: MaskStrides | null }
  /** A second output are the sums over the rows of b, which is one matrix and not transposed: where b is a gradient, they are the bias's. */
  | { kind: 'sums' };

/** How far a mask's values lie apart along each of the outer dimensions and from row to row: numbers of values, 0 where all have the same. */
export interface MaskStrides {
  outer: readonly number[];
  row: number;
}

/** Matrix products scale·op(a)·op(b): [rows, depth]·[depth, columns]; a transposed factor lies in memory the other way round. */
export interface ProductSizes {
  /** Dimensions before the last two, over which both factors and the result are different ones. */
  outer: readonly number[];
  rows: number;
  depth: number;
  columns: number;
  transposeA: boolean;
  transposeB: boolean;
  scale: number;
  finish: Finish;
  /** Which arrays lie in memory with the second outer dimension behind the first of the last two: [B, T, h, k] instead of [B, h, T, k]. */
  interleaved: Interleaving;
  /** A square matrix of which nothing behind the diagonal is needed; null where all of everything is. */
  lower: LowerTriangle | null;
}

/** For both factors and the result, whether their second outer dimension lies further in. */
export interface Interleaving {
  a: boolean;
  b: boolean;
  result: boolean;
}

/** A product of two matrices and no more. */
export const PLAIN_PRODUCT: Omit<ProductSizes, 'rows' | 'depth' | 'columns'> = {
  outer: [],
  transposeA: false,
  transposeB: false,
  scale: 1,
  finish: { kind: 'none' },
  interleaved: { a: false, b: false, result: false },
  lower: null,
};

/** Depth of a packed panel at most: deeper ones are multiplied in pieces, which add to the result. */
export const DEPTH = VECTOR_UNIT.panelDepth;
/** Rows of a that are multiplied with all panels before the next ones, so that they stay in the cache. */
const ROWS = VECTOR_UNIT.blockRows;

/** Cuts a range into equal pieces of at most `most`, all but the last multiples of `unit`. */
export function pieces([start, end]: Range, most: number, unit: number): Range[] {
  const length = end - start;
  const size = Math.ceil(length / Math.ceil(length / most) / unit) * unit;
  return Array.from({ length: Math.ceil(length / size) }, (_, index) => [
    start + index * size,
    Math.min(end, start + (index + 1) * size),
  ]);
}

/** Rows and columns of a result. */
interface Area {
  rows: Range;
  columns: Range;
}

/**
 * Divides the result among threads: by columns, so that each packs its own part of b only, unless there are too few for that, a is transposed, or
 * rows must be whole.
 */
function areas({ rows, columns, transposeA, finish }: ProductSizes, threads: number): Area[] {
  const wholeRows = finish.kind === 'softmax' || (transposeA && rows >= columns);
  const byColumns = columns >= 2 * LANES * threads && !wholeRows;
  return byColumns
    ? shares(columns, LANES, threads).map((part) => ({ rows: [0, rows], columns: part }))
    : shares(rows, TILE_ROWS, threads).map((part) => ({ rows: part, columns: [0, columns] }));
}

/** Bytes of a packed panel at most; a transposed one is written in whole vectors. */
export const PANEL_BYTES = (DEPTH + LANES) * TILE_VECTORS * LANES * FLOAT_BYTES;

/** Scratch memory of a thread: a panel, and the tiles of a transposed a, which are written in pairs. */
export const LARGEST_SCRATCH_BYTES = PANEL_BYTES + ROWS * DEPTH * FLOAT_BYTES;

/** The program of each thread: the steps by which they compute a product. */
export function planProduct(sizes: ProductSizes, threads: number): Step[][] {
  const count = sizes.outer.reduce((product, size) => product * size, 1);
  if (count < threads) {
    return areas(sizes, threads).map((area) =>
      Array.from({ length: count }, (_, index) => programOf(sizes, area, index)).flat(),
    );
  }
  return shares(count, 1, threads).map(([first, end]) =>
    Array.from({ length: end - first }, (_, index) => stepsOfProduct(sizes, first + index)).flat(),
  );
}

/** The steps of the whole product of that index. */
export function stepsOfProduct(sizes: ProductSizes, index: number): Step[] {
  return stepsOfRows(sizes, [0, sizes.rows], index);
}

/** The steps of some of its rows. */
export function stepsOfRows(sizes: ProductSizes, rows: Range, index: number): Step[] {
  return programOf(sizes, { rows, columns: [0, sizes.columns] }, index);
}

/** The steps for an area of the result of the product of that index. */
function programOf(sizes: ProductSizes, { rows, columns }: Area, index: number): Step[] {
  const factors = stridesOf(sizes, index);
  if (rows[0] === rows[1] || columns[0] === columns[1]) return [];
  const products = pieces([0, sizes.depth], DEPTH, LANES).flatMap((depth) =>
    pieces(rows, ROWS, TILE_ROWS).flatMap((block) => {
      const parts = partsOf(sizes, depth, block);
      return [
        ...(wayOfA(sizes) === 'packed' ? parts.flatMap((part) => stepsPackingA(factors, part)) : []),
        ...panels(columns).flatMap((panel) => [
          ...(sizes.finish.kind === 'sums' && block[0] === 0 ? [sumStep(factors, depth, panel)] : []),
          ...stepsOfPanel(sizes, factors, depth, seenFrom(sizes, panel.column, parts), panel),
        ]),
      ];
    }),
  );
  const { finish, lower } = sizes;
  if (finish.kind !== 'softmax') return products;
  const whole: [Range, number] = [rows, sizes.columns];
  const parts = lower === null ? [whole] : within(lower.blocks, rows).map((part): [Range, number] => [part, part[1]]);
  return [...products, ...parts.map((part) => softmaxStep(sizes, finish.mask, factors, part, index))];
}

/** Panels at most for which a transposed a is read where it lies: packing it takes longer than that spares (measured; with more of them it is as quick). */
const MOST_TURNED_PANELS = 6;
/** Columns of a result at most for which that holds. */
export const MOST_TURNED_COLUMNS = MOST_TURNED_PANELS * TILE_VECTORS * LANES;

/** How factor a is read: by rows, from packed tiles, or turned, where it is transposed and each of its values is needed for a few panels only. */
function wayOfA({ transposeA, columns }: ProductSizes): 'rows' | 'packed' | 'turned' {
  if (!transposeA) return 'rows';
  return columns <= MOST_TURNED_COLUMNS ? 'turned' : 'packed';
}

/** The softmax of some rows, over their first columns. */
function softmaxStep(
  { outer }: ProductSizes,
  mask: MaskStrides | null,
  { result }: Strides,
  [[firstRow, endRow], columns]: readonly [Range, number],
  index: number,
): Step {
  let rest = index;
  let maskStart = firstRow * (mask?.row ?? 0);
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    const size = outer[axis] ?? 1;
    maskStart += (rest % size) * (mask?.outer[axis] ?? 0);
    rest = Math.floor(rest / size);
  }
  return {
    ...BLANK,
    ...alongRow(columns),
    code: mask === null ? 'softmax' : 'softmax masked',
    source: maskStart * FLOAT_BYTES,
    stride: (mask?.row ?? 0) * FLOAT_BYTES,
    result: result.start + firstRow * result.stride,
    resultStride: result.stride,
    tiles: endRow - firstRow,
  };
}

/** Where factors and result of one product begin, and how far their rows are apart, in bytes. */
function stridesOf(sizes: ProductSizes, index: number) {
  const { rows, depth, columns, transposeA, transposeB, interleaved } = sizes;
  const between = sizes.outer[1] ?? 1;
  const place = (height: number, width: number, isInterleaved: boolean) => {
    const [first, second] = [Math.floor(index / between), index % between];
    const start = isInterleaved ? first * height * between + second : index * height;
    return { start: start * width * FLOAT_BYTES, stride: (isInterleaved ? between : 1) * width * FLOAT_BYTES };
  };
  return {
    a: transposeA ? place(depth, rows, interleaved.a) : place(rows, depth, interleaved.a),
    b: transposeB ? place(columns, depth, interleaved.b) : place(depth, columns, interleaved.b),
    result: place(rows, columns, interleaved.result),
  };
}

type Strides = ReturnType<typeof stridesOf>;

/** Where a tile of a transposed a lies in scratch memory, by its first row within the block. */
function packedTile(row: number, depth: number): number {
  return PANEL_BYTES + row * depth * FLOAT_BYTES;
}

function stepsPackingA(
  { a }: Strides,
  { rows: [firstRow, endRow], depth: [first, end], piece, blockRow }: Part,
): Step[] {
  const height = piece[1] - piece[0];
  const together = PACKED_VECTORS * LANES;
  const starts = Array.from(
    { length: Math.ceil((endRow - firstRow) / together) },
    (_, part) => firstRow + part * together,
  );
  return starts.map((row) => {
    const values = Math.min(together, endRow - row);
    const vectors = Math.ceil(values / LANES);
    return {
      ...BLANK,
      code: `pack a ${vectors}`,
      source: a.start + first * a.stride + row * FLOAT_BYTES,
      packed: packedTile(row - blockRow, height),
      depth: end - first,
      stride: a.stride,
      tileStride: packedTile(TILE_ROWS, height) - packedTile(0, height),
      mask: maskOf(values - (vectors - 1) * LANES),
    };
  });
}

/** Vectors of columns beside each other. */
export interface Panel {
  column: number;
  vectors: number;
  /** Columns of the last vector that there are. */
  mask: number;
}

/** Cuts columns into panels of three vectors where possible, never one beside others, because narrow panels are slower. */
export function panels([firstColumn, endColumn]: Range): Panel[] {
  const vectors = Math.ceil((endColumn - firstColumn) / LANES);
  const pairs = vectors === 1 ? 0 : (TILE_VECTORS - (vectors % TILE_VECTORS)) % TILE_VECTORS;
  const wide = Math.floor((vectors - 2 * pairs) / TILE_VECTORS);
  const widths = Array.from({ length: wide + pairs }, (_, index) => (index < wide ? TILE_VECTORS : 2));
  let column = firstColumn;
  return (vectors === 1 ? [1] : widths).map((width) => {
    const values = Math.min(LANES, endColumn - column - (width - 1) * LANES);
    const panel = { column, vectors: width, mask: maskOf(values) };
    column += width * LANES;
    return panel;
  });
}

function stepsPackingB({ transposeB }: ProductSizes, { b }: Strides, [first, end]: Range, panel: Panel): Step[] {
  const { column, vectors, mask } = panel;
  const step = { ...BLANK, depth: end - first, stride: b.stride };
  if (!transposeB) {
    return [{ ...step, code: `pack b ${vectors}`, source: b.start + first * b.stride + column * FLOAT_BYTES, mask }];
  }
  const lastColumns = 32 - Math.clz32(mask);
  return Array.from({ length: vectors }, (_, vector) => ({
    ...step,
    code: `pack transposed b ${vectors} ${vector === vectors - 1 ? lastColumns : LANES}`,
    source: b.start + (column + vector * LANES) * b.stride + first * FLOAT_BYTES,
    packed: vector * VECTOR_BYTES,
    mask: maskOf((end - first) % LANES),
  }));
}

/** Sums over some rows of b, which begin at 0 or with those of the rows before. */
function sumStep({ b }: Strides, [first, end]: Range, { column, vectors, mask }: Panel): Step {
  return {
    ...BLANK,
    code: `sums ${vectors}${first > 0 ? ' on' : ''}`,
    source: b.start + first * b.stride + column * FLOAT_BYTES,
    result: column * FLOAT_BYTES,
    stride: b.stride,
    tiles: end - first,
    mask,
  };
}

function stepsMultiplying(
  sizes: ProductSizes,
  { a, result }: Strides,
  { rows: [firstRow, endRow], depth: [first, end], piece, blockRow, isFirst }: Part,
  { column, vectors, mask }: Panel,
): Step[] {
  const { depth: wholeDepth, scale, finish } = sizes;
  const [height, way] = [piece[1] - piece[0], wayOfA(sizes)];
  const isLast = end === wholeDepth;
  const hasBias = finish.kind === 'bias' || (finish.kind === 'addMatrix' && finish.bias);
  const mode =
    (scale === 1 ? 0 : MODE.scale) |
    (isFirst && hasBias ? MODE.bias : 0) |
    (isFirst ? 0 : MODE.add) |
    (isLast ? lastMode(finish) : 0);
  const rest = (endRow - firstRow) % TILE_ROWS;
  const wholeRows = endRow - firstRow - rest;
  const stepOf = (row: number, rows: number, tiles: number): Step => ({
    ...BLANK,
    ...{
      rows: { source: a.start + row * a.stride + first * FLOAT_BYTES, stride: a.stride, tileStride: rows * a.stride },
      packed: {
        isPacked: true,
        source: packedTile(row - blockRow, height),
        stride: TILE_ROWS * FLOAT_BYTES,
        tileStride: packedTile(TILE_ROWS, height) - packedTile(0, height),
      },
      turned: {
        source: a.start + first * a.stride + row * FLOAT_BYTES,
        stride: a.stride,
        tileStride: rows * FLOAT_BYTES,
      },
    }[way],
    code: `multiply ${rows} ${vectors}${way === 'rows' ? '' : ` ${way}`}`,
    packed: (first - piece[0]) * vectors * VECTOR_BYTES,
    result: result.start + row * result.stride + column * FLOAT_BYTES,
    matrix: result.start + row * result.stride + column * FLOAT_BYTES,
    resultStride: result.stride,
    depth: end - first,
    tiles,
    mask,
    mode,
    extra: (hasBias ? column : 0) * FLOAT_BYTES,
    scale: bitsOf(scale),
  });
  return [
    ...(wholeRows > 0 ? [stepOf(firstRow, TILE_ROWS, wholeRows / TILE_ROWS)] : []),
    ...(rest > 0 ? [stepOf(firstRow + wholeRows, rest, 1)] : []),
  ];
}

/**
 * Steps that pack a panel and multiply with it. Where b lies as it is read, the first tile packs it on the way: with few tiles, waiting for b would take longer than they do.
 */
function stepsOfPanel(
  sizes: ProductSizes,
  factors: Strides,
  depth: Range,
  parts: readonly Part[],
  panel: Panel,
): Step[] {
  const { outer, transposeA, transposeB } = sizes;
  const { b } = factors;
  const [step, ...others] = parts.flatMap((part) => stepsMultiplying(sizes, factors, part, panel));
  if (step === undefined) return [];
  const isWhole = panel.mask === maskOf(LANES);
  if (outer.length > 0 || transposeA || transposeB || !isWhole)
    return [...stepsPackingB(sizes, factors, depth, panel), step, ...others];
  const packing: Step = {
    ...step,
    code: `${step.code} and pack`,
    tiles: 1,
    beside: b.start + depth[0] * b.stride + panel.column * FLOAT_BYTES,
    besideStride: b.stride,
  };
  if (step.tiles === 1) return [packing, ...others];
  const below = {
    source: step.source + step.tileStride,
    result: step.result + step.resultStride * TILE_ROWS,
    matrix: step.matrix + step.resultStride * TILE_ROWS,
  };
  return [packing, { ...step, ...below, tiles: step.tiles - 1 }, ...others];
}

/** What happens to sums once they are whole. */
function lastMode(finish: Finish): number {
  if (finish.kind === 'addMatrix' || finish.kind === 'reluGradient') return MODE[finish.kind];
  return finish.kind === 'bias' && finish.relu ? MODE.relu : 0;
}
