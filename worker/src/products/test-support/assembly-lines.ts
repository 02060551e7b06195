import { at, GeneralAssembler, R, type Place, type Register } from '../general-assembler.ts';
import type { VectorAssembler } from '../vector-assembler.ts';

/*
 * Reads lines of assembly as GNU's assembler writes them, and has an assembler write the same.
 */

/** An operand of a line of assembly; what it is not stays 0. */
export interface Operand {
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
  const [, where, vector, masked, zeroed] = /^(?:\[(.+)\]|(?:[xyz]mm|k)(\d+))(\{k[12]\})?(\{z\})?$/.exec(text) ?? [];
  const isMasked = masked !== undefined;
  if (where !== undefined) return { ...NONE, kind: 'place', place: placeOf(where), isMasked };
  if (vector !== undefined)
    return { ...NONE, number: Number(vector), isMasked, isMerged: isMasked && zeroed === undefined };
  const name = text.replace(/^e/, 'r');
  return name in R ? { ...NONE, kind: 'register', register: registerOf(name) } : { ...NONE, number: Number(text) };
}

/** A vector or where it lies. */
function factor(operand: Operand): number | Place {
  return operand.kind === 'place' ? operand.place : operand.number;
}

/** The parameter that says that only values of the mask are meant. */
export function mask({ isMasked }: Operand): [] | [true] {
  return isMasked ? [true] : [];
}

/** How a line of a mnemonic is written, by its operands. */
export type Writes<Assembler> = Record<
  string,
  (code: Assembler, a: Operand, b: Operand, c: Operand, d: Operand) => void
>;

export const GENERAL_WRITES: Writes<GeneralAssembler> = {
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
};

/** What is the same for vectors of every width. */
export const VECTOR_WRITES: Writes<VectorAssembler> = {
  vmovss: (code, a, b) => code.storeValue(b.number, a.place),
  vbroadcastss: (code, a, b) => code.broadcast(a.number, b.place),
  vaddps: (code, a, b, c) => code.addVectors(a.number, b.number, factor(c), ...mask(a)),
  vmulps: (code, a, b, c) => code.multiplyVectors(a.number, b.number, factor(c), ...mask(a)),
  vsubps: (code, a, b, c) => code.subtractVectors(a.number, b.number, c.number),
  vdivps: (code, a, b, c) => code.divideVectors(a.number, b.number, c.number),
  vsqrtps: (code, a, b) => code.squareRoots(a.number, b.number),
  vmaxps: (code, a, b, c) => code.largerVectors(a.number, b.number, c.number),
  vpermilps: (code, a, b, c) => code.chooseWithinGroups(a.number, b.number, c.number),
  vfmadd213ps: (code, a, b, c) => code.multiplyThenAdd(a.number, b.number, c.number),
  vfnmadd231ps: (code, a, b, c) => code.multiplySubtract(a.number, b.number, c.number),
  vfmadd231ps: (code, a, b, c) => code.multiplyAdd(a.number, b.number, c.number),
  vcvtps2pd: (code, a, b) => code.widen(a.number, b.place),
  vfmadd231pd: (code, a, b, c) => code.multiplyAddDoubles(a.number, b.number, c.number),
  vunpcklps: (code, a, b, c) => code.interleave(a.number, b.number, c.number, 'low'),
  vunpckhps: (code, a, b, c) => code.interleave(a.number, b.number, c.number, 'high'),
  vunpcklpd: (code, a, b, c) => code.interleavePairs(a.number, b.number, c.number, 'low'),
  vunpckhpd: (code, a, b, c) => code.interleavePairs(a.number, b.number, c.number, 'high'),
  vzeroupper: (code) => code.endVectors(),
};

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Writes a line by the methods that are there for it. */
export function writeLine<Assembler extends GeneralAssembler>(
  code: Assembler,
  line: string,
  writes: Writes<Assembler>,
): void {
  const [, mnemonic = '', rest = ''] = /^(\w+) ?(.*)$/.exec(line) ?? [];
  const [first = '', second] = rest.split(', ');
  if (second === '[rip+1]') {
    code.addressBehindReturn(registerOf(first));
    return;
  }
  const [a = NONE, b = NONE, c = NONE, d = NONE] = rest === '' ? [] : rest.split(', ').map(operandOf);
  writes[mnemonic]?.(code, a, b, c, d);
}

/** The bytes that are written for a line. */
export function written<Assembler extends GeneralAssembler>(
  code: Assembler,
  line: string,
  writes: Writes<Assembler>,
): string {
  const start = code.length;
  writeLine(code, line, writes);
  return hex(code.bytes.subarray(start));
}

/** The bytes of the lines that begin with each mnemonic. */
export function byMnemonic(table: string): [string, Record<string, string>][] {
  const groups = new Map<string, Record<string, string>>();
  for (const row of table.trim().split('\n')) {
    const [line = '', bytes = ''] = row.trim().split(' : ');
    const mnemonic = line.split(' ', 1)[0] ?? '';
    groups.set(mnemonic, { ...groups.get(mnemonic), [line]: bytes });
  }
  return [...groups];
}

/** Names of an assembler's methods, those of its bases among them. */
export function methodsOf(assembler: { prototype: object }): string[] {
  const names: string[] = [];
  for (
    let prototype: object = assembler.prototype;
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    names.push(...Object.getOwnPropertyNames(prototype));
  }
  return [...new Set(names)];
}

/** The assembler, and the names of what is called of it. */
export function watched<Assembler extends object>(code: Assembler, called: Set<string>): Assembler {
  return new Proxy(code, {
    get: (_, name) => {
      called.add(String(name));
      const method: unknown = Reflect.get(code, name);
      return typeof method === 'function' ? method.bind(code) : method;
    },
  });
}
