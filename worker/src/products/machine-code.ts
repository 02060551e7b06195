import type { Pointer } from '../runtime/ort-library.ts';
import { writeAdam } from './adam-code.ts';
import { Avx2Assembler } from './avx2-assembler.ts';
import { Avx512Assembler } from './avx512-assembler.ts';
import type { Label } from './general-assembler.ts';
import { LANES, MOST_HEAD_VECTORS, PACKED_VECTORS, TILE_ROWS, TILE_VECTORS } from './layout.ts';
import { writeTiles } from './multiplying-code.ts';
import { NORM_CONSTANTS, SUMMED_VECTORS, writeNorm, writeNormGradient, writeNormSums } from './norm-code.ts';
import { OPERATORS } from './operators.ts';
import { writeCachedAttention, writeCacheOperator } from './cached-attention-code.ts';
import { LARGEST_CONSTANTS, writeLargest } from './largest-code.ts';
import { OPEN_OPERATORS, PROMPT_OPERATOR } from './open-node.ts';
import { writePromptAttention, writePromptOperator } from './prompt-attention-code.ts';
import { writePackedInterpreter, writePackedOperator } from './packed-product-code.ts';
import { SOFTMAX_CONSTANTS, writeSoftmax, writeSoftmaxGradient } from './softmax-code.ts';
import { writeConstant, writeText } from './function-code.ts';
import { writeInterpreter, writeOperator } from './operator-code.ts';
import { writePackOfA, writePackOfB, writeTransposingPackOfB } from './packing-code.ts';
import { writeSums } from './sums-code.ts';
import type { VectorAssembler } from './vector-assembler.ts';
import { VECTOR_UNIT_HERE, type VectorUnit } from './vector-unit.ts';

/** Pieces of code begin at a cache line. */
const ALIGNMENT = 64;
const PAGE_BYTES = 4096;

/** Linux's numbers for memory that is private and of no file, and for what may be done with it. */
const PRIVATE_ANONYMOUS = 0x22;
const READ_WRITE = 3;
const READ_EXECUTE = 5;

/** Code in memory, by name. */
export interface MachineCode {
  address(name: string): Pointer;
}

/** Every piece of code that there is, and where each begins. */
function assemble(code: VectorAssembler): { bytes: Uint8Array; places: Map<string, number> } {
  const places = new Map<string, number>();
  const place = (name: string, write: () => void): void => {
    code.align(ALIGNMENT);
    places.set(name, code.length);
    write();
  };
  place('run', () => writeInterpreter(code));
  for (const { name, inputs, outputs } of OPERATORS) {
    place(`name ${name}`, () => writeText(code, name));
    place(`compute ${name}`, () => writeOperator(code, inputs, outputs));
  }
  for (const { name } of OPEN_OPERATORS) place(`name ${name}`, () => writeText(code, name));
  for (const inputs of [3, 4]) place(`compute packed ${inputs}`, () => writePackedOperator(code, inputs));
  for (const inputs of [4, 6]) place(`compute cached ${inputs}`, () => writeCacheOperator(code, inputs));
  place(`name ${PROMPT_OPERATOR.name}`, () => writeText(code, PROMPT_OPERATOR.name));
  place('compute prompt', () => writePromptOperator(code));
  place('run prompt', () => writePromptAttention(code));
  place('run packed', () => writePackedInterpreter(code));
  for (let vectors = 1; vectors <= MOST_HEAD_VECTORS; vectors++)
    place(`attend ${vectors}`, () => writeCachedAttention(code, vectors));
  const counts = [
    ...OPERATORS.flatMap(({ inputs, outputs }) => [inputs.length, outputs.length]),
    ...[...OPEN_OPERATORS, PROMPT_OPERATOR].flatMap(({ inputs, outputs }) => [inputs, outputs]),
  ];
  for (const value of new Set([0, 1, ...counts])) place(`constant ${value}`, () => writeConstant(code, value));
  const constants = (values: readonly number[]): Label => {
    code.align(ALIGNMENT);
    return code.constants(values);
  };
  const ofSoftmax = constants(SOFTMAX_CONSTANTS);
  place('softmax', () => writeSoftmax(code, ofSoftmax, false));
  place('softmax masked', () => writeSoftmax(code, ofSoftmax, true));
  place('softmax gradient', () => writeSoftmaxGradient(code));
  place('adam', () => writeAdam(code));
  const ofLargest = constants(LARGEST_CONSTANTS);
  place('largest', () => writeLargest(code, code.constant(ofLargest)));
  const ofNorm = constants(NORM_CONSTANTS);
  place('norm', () => writeNorm(code, ofNorm));
  place('norm gradient', () => writeNormGradient(code, false));
  place('norm gradient plus', () => writeNormGradient(code, true));
  for (let vectors = 1; vectors <= SUMMED_VECTORS; vectors++) {
    place(`norm sums ${vectors}`, () => writeNormSums(code, vectors, false));
    place(`norm sums ${vectors} on`, () => writeNormSums(code, vectors, true));
  }
  for (let vectors = 1; vectors <= PACKED_VECTORS; vectors++)
    place(`pack a ${vectors}`, () => writePackOfA(code, vectors));
  for (let vectors = 1; vectors <= TILE_VECTORS; vectors++) {
    place(`pack b ${vectors}`, () => writePackOfB(code, vectors));
    place(`sums ${vectors}`, () => writeSums(code, vectors, false));
    place(`sums ${vectors} on`, () => writeSums(code, vectors, true));
    for (let columns = 1; columns <= LANES; columns++) {
      place(`pack transposed b ${vectors} ${columns}`, () => writeTransposingPackOfB(code, vectors, columns));
    }
    for (let rows = 1; rows <= TILE_ROWS; rows++) {
      place(`multiply ${rows} ${vectors}`, () => writeTiles(code, { rows, vectors }));
      place(`multiply ${rows} ${vectors} packed`, () => writeTiles(code, { rows, vectors, packed: true }));
      place(`multiply ${rows} ${vectors} turned`, () => writeTiles(code, { rows, vectors, turned: true }));
      place(`multiply ${rows} ${vectors} far`, () => writeTiles(code, { rows, vectors, far: true }));
      place(`multiply ${rows} ${vectors} and pack`, () => writeTiles(code, { rows, vectors, packs: true }));
    }
  }
  return { bytes: code.bytes, places };
}

let loaded: Promise<MachineCode | null> | undefined;

/** The code, ready to be called; null where this machine does not run it. */
export function machineCode(): Promise<MachineCode | null> {
  return (loaded ??= VECTOR_UNIT_HERE === null ? Promise.resolve(null) : load(VECTOR_UNIT_HERE).catch(() => null));
}

/** Writes the code into memory that then can be executed, and no longer written. */
async function load(unit: VectorUnit): Promise<MachineCode> {
  const koffi = await import('koffi');
  const system = koffi.load('libc.so.6');
  const map = system.func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'int64_t']);
  const protect = system.func('mprotect', 'int', ['void *', 'size_t', 'int']);
  const { bytes, places } = assemble(unit.name === 'AVX2' ? new Avx2Assembler() : new Avx512Assembler());
  const length = Math.ceil(bytes.length / PAGE_BYTES) * PAGE_BYTES;
  const start = map(null, length, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0) as Pointer | null;
  if (start === null || start === 0xffff_ffff_ffff_ffffn) throw new Error('There is no memory for machine code');
  new Uint8Array(koffi.view(start, length)).set(bytes);
  if (protect(start, length, READ_EXECUTE) !== 0) throw new Error('Memory may not be executed here');
  return {
    address: (name) => {
      const place = places.get(name);
      if (place === undefined) throw new Error(`There is no code '${name}'`);
      return start + BigInt(place);
    },
  };
}
