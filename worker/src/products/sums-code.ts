import { PRODUCT_ARRAYS, STEP, VECTOR_BYTES } from './layout.ts';
import { at, R, STEP_AT } from './general-assembler.ts';
import { loadMask, loadPlace } from './step-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';

const [rows, stride] = [R.r8, R.r9];

function begin(code: VectorAssembler): void {
  loadMask(code);
  code.load(rows, at(STEP_AT, STEP.tiles));
  code.load(stride, at(STEP_AT, STEP.stride));
}

/** Adds up some rows of b, vectors beside each other, beginning at 0 or with what is there. */
export function writeSums(code: VectorAssembler, vectors: number, continues: boolean): void {
  const [row, sums] = [R.rsi, R.rdi];
  const each = (act: (v: number, isTail: boolean) => void): void => {
    for (let v = 0; v < vectors; v++) act(v, v === vectors - 1);
  };
  begin(code);
  loadPlace(code, row, PRODUCT_ARRAYS.b, STEP.source, R.rcx);
  loadPlace(code, sums, PRODUCT_ARRAYS.sums, STEP.result, R.rcx);
  each((v, isTail) => {
    if (continues) code.loadVector(v, at(sums, v * VECTOR_BYTES), isTail);
    else code.clear(v);
  });
  const next = code.here();
  each((v, isTail) => code.addVectors(v, v, at(row, v * VECTOR_BYTES), isTail));
  code.add(row, stride);
  code.subtractNumber(rows, 1);
  code.jump('not zero', next);
  each((v, isTail) => code.storeVector(v, at(sums, v * VECTOR_BYTES), isTail));
  code.return();
}
