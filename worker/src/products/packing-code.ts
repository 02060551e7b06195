import { FLOAT_BYTES, LANES, PRODUCT_ARRAYS, STEP, TILE_ROWS, VECTOR_BYTES } from './layout.ts';
import { at, R, STEP_AT, type Place } from './general-assembler.ts';
import { loadMask, loadPlace } from './step-code.ts';
import { transpose } from './transposing-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/*
 * Pieces of code that lay out a factor as products read it fastest: what is read one after the other lies one behind the other. Each works on a step.
 */

const [source, packed, depth, stride] = [R.rsi, R.rdx, R.r8, R.r9];

/** Loads what all of these steps say, and the mask of the last vector of a row. */
function begin(code: VectorAssembler, factor: 'a' | 'b'): void {
  loadMask(code);
  loadPlace(code, source, PRODUCT_ARRAYS[factor], STEP.source);
  code.load(packed, at(STEP_AT, STEP.packed));
  code.load(depth, at(STEP_AT, STEP.depth));
  code.load(stride, at(STEP_AT, STEP.stride));
}

/** Copies vectors of each row of b into a panel: depth × vectors. */
export function writePackOfB(code: VectorAssembler, vectors: number): void {
  begin(code, 'b');
  const next = code.here();
  for (let v = 0; v < vectors; v++) code.loadVector(v, at(source, v * VECTOR_BYTES), v === vectors - 1);
  for (let v = 0; v < vectors; v++) code.storeVector(v, at(packed, v * VECTOR_BYTES));
  code.add(source, stride);
  code.addNumber(packed, vectors * VECTOR_BYTES);
  code.subtractNumber(depth, 1);
  code.jump('not zero', next);
  code.return();
}

/**
 * Copies vectors of each row of a transposed a into tiles, two for each vector: depth × half a vector. Several vectors beside each other are read at once, because the
 * processor fetches ahead what lies side by side.
 */
export function writePackOfA(code: VectorAssembler, vectors: number): void {
  const [tile, threeTiles, packedBehind] = [R.rcx, R.r11, R.rax];
  begin(code, 'a');
  code.load(tile, at(STEP_AT, STEP.tileStride));
  code.address(threeTiles, { base: tile, index: tile, scale: 2 });
  code.address(packedBehind, { base: packed, index: tile, scale: 4 });
  const next = code.here();
  for (let v = 0; v < vectors; v++) code.loadVector(v, at(source, v * VECTOR_BYTES), v === vectors - 1);
  for (let v = 0; v < vectors; v++) {
    const base = v < 2 ? packed : packedBehind;
    const isFirst = v % 2 === 0;
    code.storeHalf(v, isFirst ? at(base) : { base, index: tile, scale: 2 }, 0);
    code.storeHalf(v, { base, index: isFirst ? tile : threeTiles }, 1);
  }
  code.add(source, stride);
  code.addNumber(packed, TILE_ROWS * FLOAT_BYTES);
  code.addNumber(packedBehind, TILE_ROWS * FLOAT_BYTES);
  code.subtractNumber(depth, 1);
  code.jump('not zero', next);
  code.return();
}

/**
 * Copies up to as many rows of a transposed b as a vector has values into columns of a panel; of further columns nothing is known. Here the mask says which of a row's last
 * values there are.
 */
export function writeTransposingPackOfB(code: VectorAssembler, vectors: number, rows: number): void {
  const threeRows = R.r10;
  /** Every fourth row. */
  const bases = [source, R.rax, R.r11, R.rcx].slice(0, LANES / 4);
  begin(code, 'b');
  code.address(threeRows, { base: stride, index: stride, scale: 2 });
  bases.slice(1).forEach((base, before) => {
    code.address(base, { base: bases[before] ?? source, index: stride, scale: 4 });
  });
  const move = (isMasked: boolean): void => {
    bases
      .flatMap((base): Place[] => [
        at(base),
        { base, index: stride },
        { base, index: stride, scale: 2 },
        { base, index: threeRows },
      ])
      .slice(0, rows)
      .forEach((place, row) => code.loadVector(row, place, isMasked));
    transpose(code).forEach((vector, row) => code.storeVector(vector, at(packed, row * vectors * VECTOR_BYTES)));
  };
  code.subtractNumber(depth, LANES);
  const few = code.jump('below');
  const next = code.here();
  move(false);
  for (const base of bases) code.addNumber(base, VECTOR_BYTES);
  code.addNumber(packed, LANES * vectors * VECTOR_BYTES);
  code.subtractNumber(depth, LANES);
  code.jump('not below', next);
  code.land(few);
  code.addNumber(depth, LANES);
  const done = code.jump('zero');
  move(true);
  code.land(done);
  code.return();
}
