import { FLOAT_BYTES, LANES, MODE, PRODUCT_ARRAYS, STEP, TILE_ROWS, TILE_VECTORS, VECTOR_BYTES } from './layout.ts';
import { at, JOB_AT, R, STEP_AT, type Place } from './general-assembler.ts';
import { maskOf } from './step.ts';
import { loadMask, loadPlace } from './step-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';
import { VECTOR_UNIT } from './vector-unit.ts';

/** Steps along the depth that are written out one after the other. */
const UNROLL = 4;

/** How far ahead, in bytes, a panel is asked for that comes from far. */
const AHEAD = 4096;

/** Vectors of b, behind those of the sums; two of a take turns where there is one more, so that one is loaded while the other multiplies. */
const B_VECTOR = TILE_ROWS * TILE_VECTORS;
const A_VECTOR = B_VECTOR + TILE_VECTORS;
const A_VECTORS = Math.min(2, VECTOR_UNIT.registers - A_VECTOR);

/** What finishes sums, once b is no longer needed. */
const VALUE = B_VECTOR;

const [a, panel, result, depth, stride] = [R.rsi, R.rdx, R.rcx, R.r8, R.r9];
const [threeRows, fifthRow, resultStride] = [R.r10, R.r11, R.rax];
const [tile, resultTile, tiles] = [R.r12, R.r13, R.r14];
/** What is packed on the way, and what will be; while sums are taken nobody needs the result's place and stride. */
const [unpacked, unpackedStride, unpackedAhead] = [R.rdi, result, resultStride];
/** How many rows of b are asked for ahead, a multiple of four (measured). */
const ROWS_AHEAD = 16;

/** A tile's sizes. a is read in place, by rows, unless something else is said. */
interface Tile {
  rows: number;
  vectors: number;
  /** a is read from packed tiles, [depth × rows of a tile]. */
  packed?: boolean;
  /** a is read in place and lies the other way round: the tile's rows are columns there. */
  turned?: boolean;
  /** The panel comes from far, and is asked for ahead. */
  far?: boolean;
  /** The panel is packed on the way, for the tiles below: b is read where it lies. */
  packs?: boolean;
}

/**
 * Multiplies tiles of a, one below the other, with a panel of b: rows × columns sums stay in vectors over the whole depth of the panel. Each step along the depth loads
 * a row of the panel, and multiplies it by one value after the other of the tile's column.
 */
export function writeTiles(code: VectorAssembler, shape: Tile): void {
  const { rows, vectors } = shape;
  const each = (act: (vector: number, row: number, v: number) => void): void => {
    for (let row = 0; row < rows; row++) for (let v = 0; v < vectors; v++) act(row * vectors + v, row, v);
  };
  begin(code, shape);
  const nextTile = code.here();
  code.copy(a, tile);
  code.load(panel, at(STEP_AT, STEP.packed));
  code.load(depth, at(STEP_AT, STEP.depth));
  if (!isByDepth(shape) && rows > 5) {
    code.address(fifthRow, { base: a, index: stride, scale: 4 });
    code.add(fifthRow, stride);
  }
  code.copy(result, resultTile);
  each((_, row, v) => {
    code.prefetch(at(result, v * VECTOR_BYTES));
    if (v === vectors - 1 && row < rows - 1) code.add(result, resultStride);
  });
  each((sum) => code.clear(sum));
  multiplyAlongDepth(code, shape);
  finish(code, each, vectors);
  code.copy(resultTile, result);
  code.load(R.rsi, at(STEP_AT, STEP.tileStride));
  code.add(tile, R.rsi);
  code.subtractNumber(tiles, 1);
  code.jump('not zero', nextTile);
  code.return();
}

/** Whether the values of a tile's column lie beside each other, and its columns a stride apart. */
function isByDepth({ packed = false, turned = false }: Tile): boolean {
  return packed || turned;
}

function begin(code: VectorAssembler, { packed = false, packs = false }: Tile): void {
  code.load(tile, at(STEP_AT, STEP.source));
  if (!packed) {
    code.load(R.rax, at(JOB_AT, PRODUCT_ARRAYS.a));
    code.add(tile, R.rax);
  }
  loadPlace(code, resultTile, PRODUCT_ARRAYS.result, STEP.result);
  if (packs) loadPlace(code, unpacked, PRODUCT_ARRAYS.b, STEP.beside);
  code.load(tiles, at(STEP_AT, STEP.tiles));
  code.load(stride, at(STEP_AT, STEP.stride));
  code.address(threeRows, { base: stride, index: stride, scale: 2 });
  code.load(resultStride, at(STEP_AT, STEP.resultStride));
}

function multiplyAlongDepth(code: VectorAssembler, shape: Tile): void {
  const { rows, vectors, far = false, packs = false } = shape;
  const byDepth = isByDepth(shape);
  const panelRow = vectors * VECTOR_BYTES;
  if (packs) {
    code.load(unpackedStride, at(STEP_AT, STEP.besideStride));
    code.copy(unpackedAhead, unpacked);
    for (let ahead = 0; ahead < ROWS_AHEAD; ahead += 4)
      code.address(unpackedAhead, { base: unpackedAhead, index: unpackedStride, scale: 4 });
  }
  const load = (step: number, v: number): void => {
    const place = at(panel, step * panelRow + v * VECTOR_BYTES);
    if (!packs) {
      code.loadVector(B_VECTOR + v, place);
      return;
    }
    code.loadVector(B_VECTOR + v, at(unpacked, v * VECTOR_BYTES));
    code.storeVector(B_VECTOR + v, place);
    code.prefetch(at(unpackedAhead, v * VECTOR_BYTES));
  };
  const multiply = (step: number): void => {
    for (let v = 0; v < vectors; v++) load(step, v);
    if (far) for (let v = 0; v < vectors; v++) code.prefetch(at(panel, AHEAD + step * panelRow + v * VECTOR_BYTES));
    if (packs) {
      code.add(unpacked, unpackedStride);
      code.add(unpackedAhead, unpackedStride);
    }
    for (let row = 0; row < rows; row++) {
      const value = A_VECTOR + (row % A_VECTORS);
      code.broadcast(value, byDepth ? placeInTile(row, step) : placeInRows(row, step));
      for (let v = 0; v < vectors; v++) code.multiplyAdd(row * vectors + v, B_VECTOR + v, value);
    }
  };
  const advance = (steps: number): void => {
    if (byDepth) {
      if (steps === UNROLL) code.address(a, { base: a, index: stride, scale: UNROLL });
      else code.add(a, stride);
    } else {
      code.addNumber(a, steps * FLOAT_BYTES);
      if (rows > 5) code.addNumber(fifthRow, steps * FLOAT_BYTES);
    }
    code.addNumber(panel, steps * panelRow);
  };
  code.subtractNumber(depth, UNROLL);
  const few = code.jump('below');
  const nextFour = code.here();
  for (let step = 0; step < UNROLL; step++) multiply(step);
  advance(UNROLL);
  code.subtractNumber(depth, UNROLL);
  code.jump('not below', nextFour);
  code.land(few);
  code.addNumber(depth, UNROLL);
  const whole = code.jump('zero');
  const nextOne = code.here();
  multiply(0);
  advance(1);
  code.subtractNumber(depth, 1);
  code.jump('not zero', nextOne);
  code.land(whole);
  if (packs) code.load(resultStride, at(STEP_AT, STEP.resultStride));
}

/** A place so many strides behind a base: with an index for 1, 2 and 4, and with the register of three. */
function strides(base: Place['base'], count: number, offset: number): Place {
  if (count === 0) return at(base, offset);
  if (count === 3) return { base, index: threeRows, offset };
  return { base, index: stride, scale: count === 1 ? 1 : count === 2 ? 2 : 4, offset };
}

/** Of packed tiles and of what is turned there is a row for each step along the depth. */
function placeInTile(row: number, step: number): Place {
  return strides(a, step, row * FLOAT_BYTES);
}

function placeInRows(row: number, step: number): Place {
  return row < 5 ? strides(a, row, step * FLOAT_BYTES) : strides(fifthRow, row - 5, step * FLOAT_BYTES);
}

/** Does something with each vector of sums, of each row and vector of columns. */
type EachSum = (act: (vector: number, row: number, v: number) => void) => void;

/** Writes the sums, after what the mode asks for; leaves `result` below the tile. */
function finish(code: VectorAssembler, each: EachSum, vectors: number): void {
  const isLast = (v: number): boolean => v === vectors - 1;
  const [mode, matrix] = [R.r8, R.rdx];
  const when = (bit: number, write: () => void): void => {
    code.testNumber(mode, bit);
    const skip = code.jump('zero');
    write();
    code.land(skip);
  };
  // Not before, because a mask may be where b was.
  loadMask(code, R.rsi);
  code.load(mode, at(STEP_AT, STEP.mode));
  when(MODE.scale, () => {
    code.broadcast(VALUE, at(STEP_AT, STEP.scale));
    each((sum) => code.multiplyVectors(sum, sum, VALUE));
  });
  when(MODE.bias, () => {
    loadPlace(code, matrix, PRODUCT_ARRAYS.vector, STEP.extra, R.rsi);
    for (let v = 0; v < vectors; v++) {
      code.loadVector(VALUE, at(matrix, v * VECTOR_BYTES), isLast(v));
      each((sum, _, vector) => {
        if (vector === v) code.addVectors(sum, sum, VALUE);
      });
    }
  });
  when(MODE.add, () => {
    code.copy(result, resultTile);
    each((sum, _, v) => {
      code.addVectors(sum, sum, at(result, v * VECTOR_BYTES), isLast(v));
      if (isLast(v)) code.add(result, resultStride);
    });
  });
  when(MODE.relu, () => {
    code.clear(VALUE);
    // Of a sum that is not a number the second one is taken: the sum.
    each((sum) => code.largerVectors(sum, VALUE, sum));
  });
  /** Does something with each sum and the matrix's vector for it. */
  const withMatrix = (bit: number, act: (sum: number, place: Place, v: number) => void): void => {
    when(bit, () => {
      loadPlace(code, matrix, PRODUCT_ARRAYS.matrix, STEP.matrix, R.rsi);
      // As far from its start as the tile is from the result's.
      code.add(matrix, resultTile);
      for (const [register, offset] of [
        [JOB_AT, PRODUCT_ARRAYS.result],
        [STEP_AT, STEP.result],
      ] as const) {
        code.load(R.rsi, at(register, offset));
        code.subtract(matrix, R.rsi);
      }
      each((sum, _, v) => {
        act(sum, at(matrix, v * VECTOR_BYTES), v);
        if (isLast(v)) code.add(matrix, resultStride);
      });
    });
  };
  withMatrix(MODE.addMatrix, (sum, place, v) => code.addVectors(sum, sum, place, isLast(v)));
  code.clear(VALUE);
  withMatrix(MODE.reluGradient, (sum, place, v) => {
    code.findAbove(VALUE, place, isLast(v));
    code.keepFound(sum);
  });
  storeSums(code, each, isLast);
}

function storeSums(code: VectorAssembler, each: EachSum, isLast: (v: number) => boolean): void {
  const store = (isMasked: boolean): void => {
    code.copy(result, resultTile);
    each((sum, _, v) => {
      code.storeVector(sum, at(result, v * VECTOR_BYTES), isMasked && isLast(v));
      if (isLast(v)) code.add(result, resultStride);
    });
  };
  if (!code.storesSlowlyUnderMask) {
    store(true);
    return;
  }
  code.load(R.r8, at(STEP_AT, STEP.mask));
  code.compareNumber(R.r8, maskOf(LANES));
  const whole = code.jump('zero');
  store(true);
  const done = code.jump('always');
  code.land(whole);
  store(false);
  code.land(done);
}
