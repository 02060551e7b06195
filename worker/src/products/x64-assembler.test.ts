import { describe, expect, test } from 'vitest';
import { GENERAL_ENCODINGS, LONGER_ENCODINGS } from './test-support/x64-encodings.ts';
import { VECTOR_ENCODINGS } from './test-support/x64-vector-encodings.ts';
import { at, GeneralAssembler, R, type Place, type Register } from './general-assembler.ts';
import { X64Assembler } from './x64-assembler.ts';

/** An operand of a line of assembly; what it is not stays 0. */
interface Operand {
  kind: 'register' | 'place' | 'number';
  register: Register;
  place: Place;
  /** A number, or the number of a vector or mask. */
  number: number;
  isMasked: boolean;
  /** What the mask leaves out stays as it was. */
  isMerged: boolean;
}

const NONE: Operand = {
  kind: 'number',
  register: R.rax,
  place: at(R.rax),
  number: 0,
  isMasked: false,
  isMerged: false,
};

function registerOf(name: string): Register {
  const found = Object.entries(R).find(([known]) => known === name);
  if (found === undefined) throw new Error(`There is no register '${name}'`);
  return found[1];
}

/** A place; what the text leaves out is left out. */
function placeOf(text: string): Place {
  const [, base = '', index, scale = 1, offset] = /^(\w+)(?:\+(\w+)\*(\d))?([+-]\d+)?$/.exec(text) ?? [];
  return {
    base: registerOf(base),
    ...(index === undefined ? {} : { index: registerOf(index) }),
    ...(Number(scale) === 1 ? {} : { scale: Number(scale) as 2 | 4 }),
    ...(offset === undefined ? {} : { offset: Number(offset) }),
  };
}

function operandOf(text: string): Operand {
  const [, where, vector, masked, zeroed] = /^(?:\[(.+)\]|(?:[xz]mm|k)(\d+))(\{k[12]\})?(\{z\})?$/.exec(text) ?? [];
  const isMasked = masked !== undefined;
  if (where !== undefined) return { ...NONE, kind: 'place', place: placeOf(where), isMasked };
  if (vector !== undefined)
    return { ...NONE, number: Number(vector), isMasked, isMerged: isMasked && zeroed === undefined };
  const name = text.replace(/^e/, 'r');
  return name in R ? { ...NONE, kind: 'register', register: registerOf(name) } : { ...NONE, number: Number(text) };
}

/** The parameter that says that only values of the mask are meant. */
function mask({ isMasked }: Operand): [] | [true] {
  return isMasked ? [true] : [];
}

const ENCODINGS = `${GENERAL_ENCODINGS.trim()}\n${VECTOR_ENCODINGS.trim()}`;

type Write = (code: X64Assembler, a: Operand, b: Operand, c: Operand, d: Operand) => void;

const WRITES: Record<string, Write> = {
  mov: (code, a, b) => {
    if (a.kind === 'place') code.store(b.register, a.place);
    else if (b.kind === 'place') code.load(a.register, b.place);
    else if (b.kind === 'register') code.copy(a.register, b.register);
    else code.setNumber(a.register, b.number);
  },
  imul: (code, a, b) => code.multiply(a.register, b.place),
  div: (code, a) => code.divide(a.place),
  add: (code, a, b) =>
    b.kind === 'register' ? code.add(a.register, b.register) : code.addNumber(a.register, b.number),
  cmp: (code, a, b) =>
    b.kind === 'register' ? code.compare(a.register, b.register) : code.compareNumber(a.register, b.number),
  sub: (code, a, b) =>
    b.kind === 'register' ? code.subtract(a.register, b.register) : code.subtractNumber(a.register, b.number),
  test: (code, a, b) => code.testNumber(a.register, b.number),
  shl: (code, a, b) => code.double(a.register, b.number),
  lea: (code, a, b) => code.address(a.register, b.place),
  push: (code, a) => code.push(a.register),
  pop: (code, a) => code.pop(a.register),
  call: (code, a) => code.callAt(a.place),
  ret: (code) => code.return(),
  prefetcht0: (code, a) => code.prefetch(a.place),
  vmovups: (code, a, b) => {
    if (a.kind === 'place') code.storeVector(b.number, a.place, ...mask(a));
    else if (a.isMerged) code.loadInto(a.number, b.place);
    else code.loadVector(a.number, b.place, ...mask(a));
  },
  vmovss: (code, a, b) => code.storeValue(b.number, a.place),
  vextractf64x4: (code, a, b, c) => code.storeHalf(b.number, a.place, c.number === 0 ? 0 : 1),
  vbroadcastss: (code, a, b) => code.broadcast(a.number, b.place),
  vaddps: (code, a, b, c) =>
    c.kind === 'place'
      ? code.addVectorAt(a.number, b.number, c.place, ...mask(a))
      : code.addVectors(a.number, b.number, c.number),
  vmulps: (code, a, b, c) =>
    c.kind === 'place'
      ? code.multiplyVectorAt(a.number, b.number, c.place, ...mask(a))
      : code.multiplyVectors(a.number, b.number, c.number),
  vmovaps: (code, a, b) => (a.isMasked ? code.keepUnderMask(a.number) : code.copyVector(a.number, b.number)),
  vsubps: (code, a, b, c) => code.subtractVectors(a.number, b.number, c.number),
  vdivps: (code, a, b, c) => code.divideVectors(a.number, b.number, c.number),
  vsqrtps: (code, a, b) => code.squareRoots(a.number, b.number),
  vmaxps: (code, a, b, c) => code.largerVectors(a.number, b.number, c.number),
  vrndscaleps: (code, a, b) => code.roundVector(a.number, b.number),
  vcmpps: (code, a, b, c) =>
    c.kind === 'place' ? code.maskAboveAt(b.number, c.place, ...mask(a)) : code.maskNotBelow(b.number, c.number),
  vscalefps: (code, a, b, c) => code.timesPowerOfTwo(a.number, b.number, c.number),
  vpermilps: (code, a, b, c) => code.chooseWithinGroups(a.number, b.number, c.number),
  vfmadd213ps: (code, a, b, c) => code.multiplyThenAdd(a.number, b.number, c.number),
  vfnmadd231ps: (code, a, b, c) => code.multiplySubtract(a.number, b.number, c.number),
  vfmadd231ps: (code, a, b, c) => code.multiplyAdd(a.number, b.number, c.number),
  vcvtps2pd: (code, a, b) => code.widen(a.number, b.place),
  vfmadd231pd: (code, a, b, c) => code.multiplyAddDoubles(a.number, b.number, c.number),
  vpxord: (code, a) => code.clear(a.number),
  vunpcklps: (code, a, b, c) => code.interleave(a.number, b.number, c.number, 'low'),
  vunpckhps: (code, a, b, c) => code.interleave(a.number, b.number, c.number, 'high'),
  vunpcklpd: (code, a, b, c) => code.interleavePairs(a.number, b.number, c.number, 'low'),
  vunpckhpd: (code, a, b, c) => code.interleavePairs(a.number, b.number, c.number, 'high'),
  vshuff32x4: (code, a, b, c, d) => code.chooseGroups(a.number, b.number, c.number, d.number),
  kmovw: (code, _mask, b) => code.setMask(b.register),
  vzeroupper: (code) => code.endVectors(),
};

function hex(code: X64Assembler): string {
  return Buffer.from(code.bytes).toString('hex');
}

/** Writes a line by the methods that are there for it. */
function write(code: X64Assembler, line: string): void {
  const [, mnemonic = '', rest = ''] = /^(\w+) ?(.*)$/.exec(line) ?? [];
  const [first = '', second] = rest.split(', ');
  if (second === '[rip+1]') {
    code.addressBehindReturn(registerOf(first));
    return;
  }
  const [a = NONE, b = NONE, c = NONE, d = NONE] = rest === '' ? [] : rest.split(', ').map(operandOf);
  WRITES[mnemonic]?.(code, a, b, c, d);
}

function written(line: string): string {
  const code = new X64Assembler();
  write(code, line);
  return hex(code);
}

/** The bytes of the lines that begin with each mnemonic. */
function byMnemonic(table: string): [string, Record<string, string>][] {
  const groups = new Map<string, Record<string, string>>();
  for (const row of table.trim().split('\n')) {
    const [line = '', bytes = ''] = row.trim().split(' : ');
    const mnemonic = line.split(' ', 1)[0] ?? '';
    groups.set(mnemonic, { ...groups.get(mnemonic), [line]: bytes });
  }
  return [...groups];
}

test.each(byMnemonic(ENCODINGS))("%s is encoded as GNU's assembler does", (_, lines) => {
  expect(Object.fromEntries(Object.keys(lines).map((line) => [line, written(line)]))).toEqual(lines);
});

test.each(byMnemonic(LONGER_ENCODINGS))("%s is encoded in a form that GNU's disassembler reads", (_, lines) => {
  expect(Object.fromEntries(Object.keys(lines).map((line) => [line, written(line)]))).toEqual(lines);
});

test('every instruction that there is has been compared', () => {
  const compared = new Set(byMnemonic(ENCODINGS).map(([mnemonic]) => mnemonic));
  expect([...compared].toSorted()).toEqual(Object.keys(WRITES).toSorted());
  const called = new Set([
    ...[
      'addressAhead',
      'push32',
      'write32',
      'rexPlace',
      'general',
      'registers',
      'immediate',
      'place',
      'evex',
      'vectors',
      'vectorPlace',
    ],
    'constructor',
    'bytes',
    'length',
    'align',
    'here',
    'land',
    'text',
    'jump',
    'addressOf',
    'float32s',
    'loadVectorOrInto',
  ]);
  const code = new X64Assembler();
  const watched = new Proxy(code, {
    get: (_, name) => {
      called.add(String(name));
      const method: unknown = Reflect.get(code, name);
      return typeof method === 'function' ? method.bind(code) : method;
    },
  });
  for (const [, lines] of byMnemonic(ENCODINGS)) for (const line of Object.keys(lines)) write(watched, line);
  const methods = [GeneralAssembler, X64Assembler].flatMap((kind) => Object.getOwnPropertyNames(kind.prototype));
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
    const code = new X64Assembler();
    const start = code.here();
    code.return();
    code.jump(condition, start);
    const forwards = code.jump(condition);
    for (let count = 0; count < 300; count++) code.return();
    code.land(forwards);
    const backwards = -(1 + opcode.length / 2 + 4);
    const distance = Buffer.alloc(4);
    distance.writeInt32LE(backwards);
    expect(hex(code)).toBe(`c3${opcode}${distance.toString('hex')}${opcode}2c010000${'c3'.repeat(300)}`);
  });
});

test('texts end in a zero, and gaps are filled with traps', () => {
  const code = new X64Assembler();
  code.align(8);
  code.text('Aé');
  code.align(8);
  expect(hex(code)).toBe('41c3a900cccccccc');
  expect(code.length).toBe(8);
});

test('numbers lie in the code as in memory, and their address is found from behind them', () => {
  const code = new X64Assembler();
  code.return();
  const numbers = code.here();
  code.float32s([1, -2.5]);
  code.addressOf(R.rax, numbers);
  code.addressOf(R.r9, numbers);
  // lea rax, [rip-15] and lea r9, [rip-22]
  expect(hex(code)).toBe('c30000803f000020c0488d05f1ffffff4c8d0deaffffff');
});

test('a vector is loaded whole, or under the mask into what is there', () => {
  const [code, same] = [new X64Assembler(), new X64Assembler()];
  code.loadVectorOrInto(3, at(R.rsi), false);
  code.loadVectorOrInto(3, at(R.rsi), true);
  same.loadVector(3, at(R.rsi));
  same.loadInto(3, at(R.rsi));
  expect(hex(code)).toBe(hex(same));
});
