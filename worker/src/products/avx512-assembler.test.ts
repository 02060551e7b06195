import { describe, expect, test } from 'vitest';
import { Avx512Assembler } from './avx512-assembler.ts';
import { at, R } from './general-assembler.ts';
import {
  byMnemonic,
  GENERAL_WRITES,
  hex,
  mask,
  methodsOf,
  VECTOR_WRITES,
  watched,
  writeLine,
  written,
  type Writes,
} from './test-support/assembly-lines.ts';
import { GENERAL_ENCODINGS, LONGER_ENCODINGS } from './test-support/x64-encodings.ts';
import { VECTOR_ENCODINGS } from './test-support/avx512-encodings.ts';

const ENCODINGS = `${GENERAL_ENCODINGS.trim()}\n${VECTOR_ENCODINGS.trim()}`;

const WRITES: Writes<Avx512Assembler> = {
  ...GENERAL_WRITES,
  ...VECTOR_WRITES,
  vmovups: (code, a, b) => {
    if (a.kind === 'place') code.storeVector(b.number, a.place, ...mask(a));
    else if (a.isMerged) code.loadInto(a.number, b.place);
    else code.loadVector(a.number, b.place, ...mask(a));
  },
  vextractf64x4: (code, a, b, c) => code.storeHalf(b.number, a.place, c.number === 0 ? 0 : 1),
  vmovaps: (code, a, b) => (a.isMasked ? code.keepFound(a.number) : code.copyVector(a.number, b.number)),
  vrndscaleps: (code, a, b) => code.roundVector(a.number, b.number),
  vcmpps: (code, a, b, c) =>
    c.kind === 'place' ? code.findAbove(b.number, c.place, ...mask(a)) : code.findNotBelow(b.number, c.number),
  vscalefps: (code, a, b, c) => code.timesPowerOfTwo(a.number, b.number, c.number),
  vpxord: (code, a) => code.clear(a.number),
  vshuff32x4: (code, a, b, c, d) => code.chooseGroups(a.number, b.number, c.number, d.number),
  kmovw: (code, _mask, b) => code.setMask(b.register),
};

/** What these methods are made of. */
const WITHIN = [
  'constructor',
  ...['push32', 'write32', 'rexPlace', 'general', 'registers', 'immediate', 'place'],
  ...['operand', 'combine', 'instruction', 'underMask', 'loadUnderMask', 'storeUnderMask', 'vectorBytes', 'prefixBits'],
];

/** What other tests are about. */
const ELSEWHERE = [
  ...['bytes', 'length', 'align', 'here', 'land', 'text', 'jump', 'float32s'],
  ...['loadVectorOrInto', 'constants', 'constant'],
];

function bytesOf(lines: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(lines).map((line) => [line, written(new Avx512Assembler(), line, WRITES)]));
}

test.each(byMnemonic(ENCODINGS))("%s is encoded as GNU's assembler does", (_, lines) => {
  expect(bytesOf(lines)).toEqual(lines);
});

test.each(byMnemonic(LONGER_ENCODINGS))("%s is encoded in a form that GNU's disassembler reads", (_, lines) => {
  expect(bytesOf(lines)).toEqual(lines);
});

test('every instruction that there is has been compared', () => {
  const compared = new Set(byMnemonic(ENCODINGS).map(([mnemonic]) => mnemonic));
  expect([...compared].toSorted()).toEqual(Object.keys(WRITES).toSorted());
  const called = new Set([...WITHIN, ...ELSEWHERE]);
  const code = watched(new Avx512Assembler(), called);
  for (const [, lines] of byMnemonic(ENCODINGS)) for (const line of Object.keys(lines)) writeLine(code, line, WRITES);
  const methods = methodsOf(Avx512Assembler);
  expect(methods.length).toBeGreaterThan(40);
  expect(methods.filter((name) => !called.has(name))).toEqual([]);
});

describe('jumps', () => {
  test.each([
    ['always', 'e9'],
    ['zero', '0f84'],
    ['not zero', '0f85'],
    ['below', '0f82'],
    ['not below', '0f83'],
  ] as const)('%s (%s) leads backwards and forwards', (condition, opcode) => {
    const code = new Avx512Assembler();
    const start = code.here();
    code.return();
    code.jump(condition, start);
    const forwards = code.jump(condition);
    for (let count = 0; count < 300; count++) code.return();
    code.land(forwards);
    const backwards = -(1 + opcode.length / 2 + 4);
    const distance = Buffer.alloc(4);
    distance.writeInt32LE(backwards);
    expect(hex(code.bytes)).toBe(`c3${opcode}${distance.toString('hex')}${opcode}2c010000${'c3'.repeat(300)}`);
  });
});

test('texts end in a zero, and gaps are filled with traps', () => {
  const code = new Avx512Assembler();
  code.align(8);
  code.text('Aé');
  code.align(8);
  expect(hex(code.bytes)).toBe('41c3a900cccccccc');
  expect(code.length).toBe(8);
});

test('numbers lie in the code as in memory', () => {
  const code = new Avx512Assembler();
  code.return();
  code.float32s([1, -2.5]);
  expect(hex(code.bytes)).toBe('c30000803f000020c0');
});

test('a vector is loaded whole, or under the mask into what is there', () => {
  const [code, same] = [new Avx512Assembler(), new Avx512Assembler()];
  code.loadVectorOrInto(3, at(R.rsi), false);
  code.loadVectorOrInto(3, at(R.rsi), true);
  same.loadVector(3, at(R.rsi));
  same.loadInto(3, at(R.rsi));
  expect(hex(code.bytes)).toBe(hex(same.bytes));
});

test('vectors of numbers lie in the code, and instructions read them from there', () => {
  const code = new Avx512Assembler();
  const numbers = code.constants([1, -2.5]);
  const start = code.length;
  code.addVectors(1, 2, code.constant(numbers, 1));
  code.findNotBelow(3, code.constant(numbers));
  expect(hex(code.bytes.subarray(0, start))).toBe(`${'0000803f'.repeat(16)}${'000020c0'.repeat(16)}`);
  // vaddps zmm1, zmm2, [rip-74] and vcmpnltps k2, zmm3, [rip-149]
  expect(hex(code.bytes.subarray(start))).toBe('62f16c48580db6ffffff62f16448c2156bffffff05');
});
