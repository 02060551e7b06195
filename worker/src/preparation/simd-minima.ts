import {
  HASH_ADDENDS,
  HASH_MULTIPLIERS,
  leastValues,
  MINIMA,
} from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { MAX_SHINGLES, ShingleSet } from '@greenlight/shared/stages/data/preparation/shingles.ts';

/*
 * The minima of a signature, four hash functions at a time: a WebAssembly module with one function, written out here because it is a
 * dozen instructions, in the binary format of the specification (https://webassembly.github.io/spec/core/binary/). The numbers
 * are those of `leastValues`.
 */

declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly least: (endOfHashes: number) => void;
    };
  };
};

const LANES = 4;
/** Vectors of minima that one pass over the hashes keeps in registers, with their factors and addends. */
const VECTORS_A_PASS = 4;
const VECTOR_BYTES = 16;
const PAGE_BYTES = 65_536;

/** Places in the memory: factors, addends, minima, then the hashes. */
const MULTIPLIERS_AT = 0;
const ADDENDS_AT = MINIMA * 4;
const MINIMA_AT = 2 * MINIMA * 4;
const HASHES_AT = 3 * MINIMA * 4;
const PAGES = Math.ceil((HASHES_AT + MAX_SHINGLES * 4) / PAGE_BYTES);

const [I32, V128, NO_TYPE] = [0x7f, 0x7b, 0x40];
const [LOOP, BRANCH_IF, END] = [0x03, 0x0d, 0x0b];
const [LOCAL_GET, LOCAL_SET, LOCAL_TEE, I32_CONST, I32_ADD, I32_NOT_EQUAL] = [0x20, 0x21, 0x22, 0x41, 0x6a, 0x47];
const LOAD = [0xfd, 0x00];
const LOAD_SPLAT = [0xfd, 0x09];
const STORE = [0xfd, 0x0b];
const I32X4_SPLAT = [0xfd, 0x11];
const I32X4_ADD = [0xfd, 0xae, 0x01];
const I32X4_MULTIPLY = [0xfd, 0xb5, 0x01];
const I32X4_LESSER = [0xfd, 0xb6, 0x01];
/** log₂ of the alignment of words and of vectors. */
const [WORD_ALIGNED, VECTOR_ALIGNED] = [2, 4];

/** A whole number in the format's variable length (LEB128); `isSigned` for constants. */
function leb(value: number, isSigned = false): number[] {
  const bytes: number[] = [];
  for (let rest = value; ;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if (isSigned ? (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40) : rest === 0) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

/** The function's body: parameter 0 is where the hashes end; local 1 goes over them, local 2 holds one, then come the vectors. */
function body(): number[] {
  const [end, at, hash, firstVector] = [0, 1, 2, 3];
  const multiplier = (vector: number) => firstVector + vector;
  const addend = (vector: number) => firstVector + VECTORS_A_PASS + vector;
  const least = (vector: number) => firstVector + 2 * VECTORS_A_PASS + vector;
  const vectors = Array.from({ length: VECTORS_A_PASS }, (_, vector) => vector);
  const constant = (value: number) => [I32_CONST, ...leb(value, true)];
  const load = (place: number) => [...constant(0), ...LOAD, VECTOR_ALIGNED, ...leb(place)];
  const code: number[] = [];
  for (let pass = 0; pass < MINIMA / LANES / VECTORS_A_PASS; pass++) {
    const placeOf = (vector: number) => (pass * VECTORS_A_PASS + vector) * VECTOR_BYTES;
    for (const vector of vectors) {
      code.push(...load(MULTIPLIERS_AT + placeOf(vector)), LOCAL_SET, multiplier(vector));
      code.push(...load(ADDENDS_AT + placeOf(vector)), LOCAL_SET, addend(vector));
      code.push(...constant(0x7fffffff), ...I32X4_SPLAT, LOCAL_SET, least(vector));
    }
    code.push(...constant(HASHES_AT), LOCAL_SET, at, LOOP, NO_TYPE);
    code.push(LOCAL_GET, at, ...LOAD_SPLAT, WORD_ALIGNED, 0, LOCAL_SET, hash);
    for (const vector of vectors) {
      code.push(LOCAL_GET, hash, LOCAL_GET, multiplier(vector), ...I32X4_MULTIPLY);
      code.push(LOCAL_GET, addend(vector), ...I32X4_ADD, LOCAL_GET, least(vector), ...I32X4_LESSER);
      code.push(LOCAL_SET, least(vector));
    }
    code.push(LOCAL_GET, at, ...constant(4), I32_ADD, LOCAL_TEE, at, LOCAL_GET, end, I32_NOT_EQUAL, BRANCH_IF, 0, END);
    for (const vector of vectors) {
      code.push(...constant(0), LOCAL_GET, least(vector));
      code.push(...STORE, VECTOR_ALIGNED, ...leb(MINIMA_AT + placeOf(vector)));
    }
  }
  const locals = [2, 1, I32, 1 + 3 * VECTORS_A_PASS, V128];
  return [...locals, ...code, END];
}

function moduleBytes(): Uint8Array {
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const code = body();
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0x01, ...leb(PAGES), ...leb(PAGES)]),
    ...section(7, [2, ...name('memory'), 2, 0, ...name('least'), 0, 0]),
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** A set of shingles, and what writes its minima. */
export interface MinimaReader {
  readonly set: ShingleSet;
  /** Writes the `MINIMA` minima of the set, which must not be empty. */
  readonly leastValues: typeof leastValues;
}

/** Reads minima four at a time where the processor can, else one by one. */
export function createMinimaReader(): MinimaReader {
  const bytes = moduleBytes();
  if (!WebAssembly.validate(bytes)) return { set: new ShingleSet(), leastValues };
  const { memory, least } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  new Int32Array(memory.buffer, MULTIPLIERS_AT, MINIMA).set(HASH_MULTIPLIERS);
  new Int32Array(memory.buffer, ADDENDS_AT, MINIMA).set(HASH_ADDENDS);
  const minima = new Int32Array(memory.buffer, MINIMA_AT, MINIMA);
  const own = new ShingleSet(new Int32Array(memory.buffer, HASHES_AT, MAX_SHINGLES));
  return {
    set: own,
    leastValues(set, into) {
      if (set !== own) throw new Error('The minima of another set were asked for.');
      least(HASHES_AT + set.size * 4);
      into.set(minima);
    },
  };
}
