/** Numbers of the general registers. */
export const R = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
  r12: 12,
  r13: 13,
  r14: 14,
  r15: 15,
} as const;

/** A general register. */
export type Register = (typeof R)[keyof typeof R];

/** A place in memory: base + index·scale + offset in bytes. */
export interface Place {
  base: Register;
  index?: Register;
  scale?: 1 | 2 | 4;
  offset?: number;
}

/** A place in the code that jumps lead to. */
export interface Label {
  readonly at: number;
}

/** Where every piece of code finds its step and its job. */
export const STEP_AT = R.rbx;
export const JOB_AT = R.r15;

/** A place so many bytes behind a register's address. */
export function at(base: Register, offset = 0): Place {
  return { base, offset };
}

/**
 * Writes machine code of 64-bit Intel and AMD processors: the general instructions that the pieces of code use. Encodings follow Intel's manual, volume 2 (chapter 2: REX
 * prefix, ModRM and SIB).
 */
export class GeneralAssembler {
  protected readonly written: number[] = [];

  get bytes(): Uint8Array {
    return Uint8Array.from(this.written);
  }

  get length(): number {
    return this.written.length;
  }

  /** Fills up to a multiple of so many bytes with traps, which nothing runs into. */
  align(bytes: number): void {
    while (this.written.length % bytes !== 0) this.written.push(0xcc);
  }

  /** This place, for jumps backwards. */
  here(): Label {
    return { at: this.written.length };
  }

  /** Lets a jump forwards lead to this place. */
  land(jump: Label): void {
    this.write32(jump.at - 4, this.written.length - jump.at);
  }

  load(to: Register, from: Place): void {
    this.general(0x8b, to, from);
  }

  store(from: Register, to: Place): void {
    this.general(0x89, from, to);
  }

  copy(to: Register, from: Register): void {
    this.registers(0x89, from, to);
  }

  /** Sets a register to a small number. */
  setNumber(to: Register, value: number): void {
    this.written.push(0x48 | (to >> 3), 0xc7, 0xc0 | (to & 7));
    this.push32(value);
  }

  add(to: Register, value: Register): void {
    this.registers(0x01, value, to);
  }

  subtract(from: Register, value: Register): void {
    this.registers(0x29, value, from);
  }

  multiply(to: Register, by: Place): void {
    this.general(0x0faf, to, by);
  }

  /** Divides the number of 128 bits in rdx and rax: the whole part is in rax then, the rest in rdx. */
  divide(by: Place): void {
    this.general(0xf7, 6, by);
  }

  compare(left: Register, right: Register): void {
    this.registers(0x39, right, left);
  }

  addNumber(to: Register, value: number): void {
    this.immediate(0, to, value);
  }

  /** Subtracts, and sets the flags for the next jump. */
  subtractNumber(from: Register, value: number): void {
    this.immediate(5, from, value);
  }

  compareNumber(left: Register, value: number): void {
    this.immediate(7, left, value);
  }

  testNumber(left: Register, bits: number): void {
    this.written.push(0x48 | (left >> 3), 0xf7, 0xc0 | (left & 7));
    this.push32(bits);
  }

  /** Shifts to the left. */
  double(register: Register, times: number): void {
    this.written.push(0x48 | (register >> 3), 0xc1, 0xe0 | (register & 7), times);
  }

  /** The address of a place. */
  address(to: Register, of: Place): void {
    this.general(0x8d, to, of);
  }

  /** The address of what lies behind the instruction that follows, which has one byte. */
  addressBehindReturn(to: Register): void {
    this.written.push(0x48 | ((to >> 3) << 2), 0x8d, 0x05 | ((to & 7) << 3));
    this.push32(1);
  }

  /** Numbers as they lie in memory. */
  float32s(values: readonly number[]): void {
    this.written.push(...new Uint8Array(Float32Array.from(values).buffer));
  }

  /** A text as C reads it. */
  text(text: string): void {
    this.written.push(...new TextEncoder().encode(text), 0);
  }

  push(register: Register): void {
    this.written.push(...(register > 7 ? [0x41] : []), 0x50 | (register & 7));
  }

  pop(register: Register): void {
    this.written.push(...(register > 7 ? [0x41] : []), 0x58 | (register & 7));
  }

  /** Calls the function whose address lies there. */
  callAt(place: Place): void {
    this.general(0xff, 2, place);
  }

  return(): void {
    this.written.push(0xc3);
  }

  jump(condition: 'always' | 'zero' | 'not zero' | 'below' | 'not below', to?: Label): Label {
    const codes = {
      always: [0xe9],
      zero: [0x0f, 0x84],
      'not zero': [0x0f, 0x85],
      below: [0x0f, 0x82],
      'not below': [0x0f, 0x83],
    };
    this.written.push(...codes[condition]);
    this.push32(to === undefined ? 0 : to.at - (this.written.length + 4));
    return this.here();
  }

  /** Asks for the cache line of a place. */
  prefetch(place: Place): void {
    this.rexPlace(1, place, false);
    this.written.push(0x0f, 0x18);
    this.place(1, place, 1);
  }

  protected push32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.written.push((value >> shift) & 0xff);
  }

  private write32(start: number, value: number): void {
    for (let byte = 0; byte < 4; byte++) this.written[start + byte] = (value >> (8 * byte)) & 0xff;
  }

  protected rexPlace(register: number, { base, index = 0 }: Place, wide: boolean): void {
    this.written.push(0x40 | (wide ? 8 : 0) | ((register >> 3) << 2) | ((index >> 3) << 1) | (base >> 3));
  }

  private general(opcode: number, register: number, place: Place): void {
    this.rexPlace(register, place, true);
    this.written.push(...(opcode > 0xff ? [opcode >> 8] : []), opcode & 0xff);
    this.place(register, place, 1);
  }

  private registers(opcode: number, register: Register, target: Register): void {
    this.written.push(
      0x48 | ((register >> 3) << 2) | (target >> 3),
      opcode,
      0xc0 | ((register & 7) << 3) | (target & 7),
    );
  }

  private immediate(operation: number, register: Register, value: number): void {
    this.written.push(0x48 | (register >> 3), 0x81, 0xc0 | (operation << 3) | (register & 7));
    this.push32(value);
  }

  /** ModRM, SIB and offset; an offset of one byte counts in `unit` bytes. */
  protected place(register: number, { base, index, scale = 1, offset = 0 }: Place, unit: number): void {
    const short = offset / unit;
    const mode = offset === 0 && (base & 7) !== 5 ? 0 : Number.isInteger(short) && short >= -128 && short < 128 ? 1 : 2;
    const hasSib = index !== undefined || (base & 7) === 4;
    this.written.push((mode << 6) | ((register & 7) << 3) | (hasSib ? 4 : base & 7));
    if (hasSib) this.written.push((Math.log2(scale) << 6) | (((index ?? 4) & 7) << 3) | (base & 7));
    if (mode === 1) this.written.push(short & 0xff);
    if (mode === 2) this.push32(offset);
  }
}
