import { expect, test } from 'vitest';
import { Avx2Assembler } from './avx2-assembler.ts';
import { at, GeneralAssembler, R } from './general-assembler.ts';
import { AVX2_ENCODINGS } from './test-support/avx2-encodings.ts';
import {
  byMnemonic,
  hex,
  methodsOf,
  VECTOR_WRITES,
  watched,
  writeLine,
  written,
  type Writes,
} from './test-support/assembly-lines.ts';

const WRITES: Writes<Avx2Assembler> = {
  ...VECTOR_WRITES,
  vmovups: (code, a, b) => {
    if (a.kind === 'place') code.storeVector(b.number, a.place);
    else code.loadVector(a.number, b.place);
  },
  vmaskmovps: (code, a, b, c) => {
    if (a.kind === 'place') code.storeVector(c.number, a.place, true);
    else code.loadVector(a.number, c.place, true);
  },
  vextractf128: (code, a, b) => code.storeHalf(b.number, a.place, 1),
  vmovaps: (code, a, b) => code.copyVector(a.number, b.number),
  vroundps: (code, a, b) => code.roundVector(a.number, b.number),
  vpxor: (code, a) => code.clear(a.number),
  vperm2f128: (code, a, b, c, d) => code.chooseGroups(a.number, b.number, c.number, d.number),
};

/** What is done by instructions that nothing else uses: the lines that GNU's assembler makes these bytes of. */
const SEQUENCES: [string, (code: Avx2Assembler) => void, lines: string, bytes: string][] = [
  [
    'a mask is set',
    (code) => code.setMask(R.rcx),
    'vmovd xmm14, ecx; vpbroadcastd ymm14, xmm14; vpand ymm14, ymm14, [rip-49]; vpcmpeqd ymm14, ymm14, [rip-57]',
    'c5796ef1c4427d58f6c50ddb35cfffffffc50d7635c7ffffff',
  ],
  ['the first half is stored', (code) => code.storeHalf(9, at(R.rsi, 64), 0), 'vmovups [rsi+64], xmm9', 'c578114e40'],
  [
    'values under a mask are loaded into others',
    (code) => code.loadInto(3, { base: R.rsi, index: R.r9 }),
    'vmaskmovps ymm15, ymm14, [rsi+r9*1]; vblendvps ymm3, ymm3, ymm15, ymm14',
    'c4220d2c3c0ec4c3654adfe0',
  ],
  [
    'what is above is found',
    (code) => code.findAbove(12, at(R.r13, 32)),
    'vcmpltps ymm13, ymm12, [r13+32]',
    'c4411cc26d2001',
  ],
  [
    'what is above is found under a mask',
    (code) => code.findAbove(12, at(R.r13, 32), true),
    'vmaskmovps ymm15, ymm14, [r13+32]; vcmpltps ymm13, ymm12, ymm15',
    'c4420d2c7d20c4411cc2ef01',
  ],
  ['what is not below is found', (code) => code.findNotBelow(1, 2), 'vcmpnltps ymm13, ymm1, ymm2', 'c574c2ea05'],
  ['what has been found is kept', (code) => code.keepFound(5), 'vandps ymm5, ymm5, ymm13', 'c4c15454ed'],
  [
    'a power of two',
    (code) => code.timesPowerOfTwo(1, 3, 4),
    'vcvtps2dq ymm15, ymm4; vpslld ymm15, ymm15, 23; vpaddd ymm1, ymm3, ymm15; vandps ymm1, ymm1, ymm13',
    'c57d5bfcc4c10572f717c4c165fecfc4c17454cd',
  ],
  [
    'a sum under a mask',
    (code) => code.addVectors(1, 1, at(R.rdx), true),
    'vmaskmovps ymm15, ymm14, [rdx]; vaddps ymm1, ymm1, ymm15',
    'c4620d2c3ac4c17458cf',
  ],
  [
    'a product under a mask',
    (code) => code.multiplyVectors(1, 1, at(R.rdx), true),
    'vmaskmovps ymm15, ymm14, [rdx]; vmulps ymm1, ymm1, ymm15',
    'c4620d2c3ac4c17459cf',
  ],
];

test.each(byMnemonic(AVX2_ENCODINGS))("%s is encoded as GNU's assembler does", (_, lines) => {
  const bytes = Object.keys(lines).map((line) => [line, written(new Avx2Assembler(), line, WRITES)]);
  expect(Object.fromEntries(bytes)).toEqual(lines);
});

test.each(SEQUENCES)('%s', (_name, write, _lines, bytes) => {
  const code = new Avx2Assembler();
  const start = code.length;
  write(code);
  expect(hex(code.bytes.subarray(start))).toBe(bytes);
});

test('the bit of each value in a mask comes first, so that masks are made of it', () => {
  expect([...new Uint32Array(new Avx2Assembler().bytes.buffer)]).toEqual([1, 2, 4, 8, 16, 32, 64, 128]);
});

test('vectors of numbers lie in the code, and instructions read them from there', () => {
  const code = new Avx2Assembler();
  const numbers = code.constants([1, -2.5]);
  const start = code.length;
  code.addVectors(1, 2, code.constant(numbers, 1));
  code.findNotBelow(3, code.constant(numbers));
  expect(hex(code.bytes.subarray(start - 64, start))).toBe(`${'0000803f'.repeat(8)}${'000020c0'.repeat(8)}`);
  // vaddps ymm1, ymm2, [rip-40] and vcmpnltps ymm13, ymm3, [rip-81]
  expect(hex(code.bytes.subarray(start))).toBe('c5ec580dd8ffffffc564c22dafffffff05');
});

test('every instruction that there is has been compared', () => {
  const called = new Set([
    ...['constructor', 'operand', 'combine', 'instruction', 'underMask', 'loadUnderMask', 'storeUnderMask'],
    ...['vectorBytes', 'prefixBits', 'constants', 'constant', 'loadVectorOrInto', ...methodsOf(GeneralAssembler)],
  ]);
  const code = watched(new Avx2Assembler(), called);
  for (const [, lines] of byMnemonic(AVX2_ENCODINGS))
    for (const line of Object.keys(lines)) writeLine(code, line, WRITES);
  for (const [, write] of SEQUENCES) write(code);
  const methods = methodsOf(Avx2Assembler);
  expect(methods.length).toBeGreaterThan(60);
  expect(methods.filter((name) => !called.has(name))).toEqual([]);
});
