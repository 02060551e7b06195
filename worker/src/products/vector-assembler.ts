import { GeneralAssembler, type Label, type Place, type Register } from './general-assembler.ts';
import { FLOAT_BYTES } from './layout.ts';

/** How an instruction on vectors is encoded: opcode map, prefix, width bit and opcode, as Intel's manual lists them (volume 2). */
export interface VectorInstruction {
  map: 1 | 2 | 3;
  prefix: 0 | 1 | 2;
  wide?: boolean;
  opcode: number;
  /** Bytes that are read or written in memory, where those are not a whole vector. */
  unit?: number;
  /** A number that follows. */
  immediate?: number;
}

/** A place in the code itself, so many bytes behind a label. */
export interface CodePlace {
  label: Label;
  offset: number;
}

/** A vector in a register, or in memory. */
export type Operand = number | Place | CodePlace;

const LOAD: VectorInstruction = { map: 1, prefix: 0, opcode: 0x10 };

/**
 * Adds instructions on vectors of float32, by what they do: pieces of code are the same whatever the width of vectors. Most have the same opcodes for every width; how they are encoded, and what
 * a mask is, is said by the assemblers of AVX-512 and AVX2. Behind a mask nothing is read or written, and values in vectors are of no meaning, but 0 where they have been loaded.
 */
export abstract class VectorAssembler extends GeneralAssembler {
  /** Values of a vector. */
  abstract readonly lanes: number;

  /** Whether storing a whole vector under a mask takes much longer than without one. */
  abstract readonly storesSlowlyUnderMask: boolean;

  /** Ways to move values of a vector so that, with the vector combined after each of them, every value has met all others. */
  abstract readonly turns: readonly ((to: number, from: number) => void)[];

  /**
   * The last stages of a transposition, which swap groups of four values between vectors so far apart: the first of two results and the second.
   */
  abstract readonly groupSwaps: readonly { apart: number; first: number; second: number }[];

  /** Sets the mask from as many of the lowest bits of one of the first eight registers as vectors have values. */
  abstract setMask(from: Register): void;

  /** Writes the first (0) or second half of a vector. */
  abstract storeHalf(from: number, to: Place, half: 0 | 1): void;

  /** Writes the first value of a vector. */
  abstract storeValue(from: number, to: Place): void;

  /** Loads under the mask, and leaves other values as they are. */
  abstract loadInto(to: number, from: Place): void;

  /** Remembers where a value of the second factor is above the first one's. */
  abstract findAbove(vector: number, than: Place, isMasked?: boolean): void;

  /** Remembers where left is not below right, numbers or not. */
  abstract findNotBelow(left: number, right: Operand): void;

  /** Makes everything 0 that is not at a place remembered. */
  abstract keepFound(vector: number): void;

  /** left·2^right at places remembered, 0 elsewhere. */
  abstract timesPowerOfTwo(to: number, left: number, right: number): void;

  /** Groups of four values of both factors; what `choice` means is each width's own. */
  abstract chooseGroups(to: number, left: number, right: number, choice: number): void;

  protected abstract instruction(instruction: VectorInstruction, to: number, left: number, right: Operand): void;

  /** With a factor in memory of which nothing behind the mask is read; `to` and `left` are the same. */
  protected abstract underMask(instruction: VectorInstruction, to: number, left: number, right: Place): void;

  protected abstract loadUnderMask(to: number, from: Place): void;

  protected abstract storeUnderMask(from: number, to: Place): void;

  protected get vectorBytes(): number {
    return this.lanes * FLOAT_BYTES;
  }

  /** Leaves the upper halves of vectors clean for code that knows only shorter ones. */
  endVectors(): void {
    this.written.push(0xc5, 0xf8, 0x77);
  }

  /** Writes each number as a whole vector; see `constant`. */
  constants(values: readonly number[]): Label {
    const label = this.here();
    this.float32s(values.flatMap((value) => Array.from({ length: this.lanes }, () => value)));
    return label;
  }

  /** The vector of one of the numbers that `constants` has written. */
  constant(label: Label, index = 0): CodePlace {
    return { label, offset: index * this.vectorBytes };
  }

  loadVector(to: number, from: Operand, isMasked = false): void {
    if (isMasked && isPlace(from)) this.loadUnderMask(to, from);
    else this.instruction(LOAD, to, 0, from);
  }

  storeVector(from: number, to: Place, isMasked = false): void {
    if (isMasked) this.storeUnderMask(from, to);
    else this.instruction({ map: 1, prefix: 0, opcode: 0x11 }, from, 0, to);
  }

  loadVectorOrInto(to: number, from: Place, isTail: boolean): void {
    if (isTail) this.loadInto(to, from);
    else this.loadVector(to, from);
  }

  /** One float32, as often as a vector has values. */
  broadcast(to: number, from: Place): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0x18, unit: 4 }, to, 0, from);
  }

  copyVector(to: number, from: number): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x28 }, to, 0, from);
  }

  clear(vector: number): void {
    this.instruction({ map: 1, prefix: 1, opcode: 0xef }, vector, vector, vector);
  }

  addVectors(to: number, left: number, right: Operand, isMasked = false): void {
    this.combine({ map: 1, prefix: 0, opcode: 0x58 }, to, left, right, isMasked);
  }

  multiplyVectors(to: number, left: number, right: Operand, isMasked = false): void {
    this.combine({ map: 1, prefix: 0, opcode: 0x59 }, to, left, right, isMasked);
  }

  subtractVectors(to: number, left: number, right: Operand): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x5c }, to, left, right);
  }

  divideVectors(to: number, left: number, right: Operand): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x5e }, to, left, right);
  }

  squareRoots(to: number, from: number): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x51 }, to, 0, from);
  }

  /** The larger of each two values; right where one of them is not a number. */
  largerVectors(to: number, left: number, right: Operand): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x5f }, to, left, right);
  }

  /** To the nearest whole numbers. */
  roundVector(to: number, from: number): void {
    this.instruction({ map: 3, prefix: 1, opcode: 0x08, immediate: 0x08 }, to, 0, from);
  }

  /** Values within each group of four, two bits for each. */
  chooseWithinGroups(to: number, from: number, places: number): void {
    this.instruction({ map: 3, prefix: 1, opcode: 0x04, immediate: places }, to, 0, from);
  }

  /** to := to·factor + added */
  multiplyThenAdd(to: number, factor: number, added: Operand): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0xa8 }, to, factor, added);
  }

  /** to −= left·right */
  multiplySubtract(to: number, left: number, right: Operand): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0xbc }, to, left, right);
  }

  /** to += left·right */
  multiplyAdd(to: number, left: number, right: Operand): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0xb8 }, to, left, right);
  }

  /** Half a vector of float32 in memory becomes a vector of float64. */
  widen(to: number, from: Place): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x5a, unit: this.vectorBytes / 2 }, to, 0, from);
  }

  /** to += left·right, of float64 */
  multiplyAddDoubles(to: number, left: number, right: number): void {
    this.instruction({ map: 2, prefix: 1, wide: true, opcode: 0xb8 }, to, left, right);
  }

  /** Values 0, 1 (`low`) or 2, 3 (`high`) of each group of four, of both factors in turn. */
  interleave(to: number, left: number, right: number, half: 'low' | 'high'): void {
    this.instruction({ map: 1, prefix: 0, opcode: half === 'low' ? 0x14 : 0x15 }, to, left, right);
  }

  /** The first (`low`) or second pair of each group of four, of both factors in turn. */
  abstract interleavePairs(to: number, left: number, right: number, half: 'low' | 'high'): void;

  /** Bits 5 to 7 of a prefix's second byte, inverted: the fourth bits of what is written to, of an index, and of what is read. */
  protected prefixBits(to: number, right: Operand): number {
    const [index, base] =
      typeof right === 'number' ? [right >> 1, right] : isPlace(right) ? [right.index ?? 0, right.base] : [0, 0];
    return 0xe0 & ~(((to & 8) << 4) | ((index & 8) << 3) | ((base & 8) << 2));
  }

  /** What follows an instruction's opcode. */
  protected operand(register: number, operand: Operand, unit: number, immediate: number | undefined): void {
    if (typeof operand === 'number') this.written.push(0xc0 | ((register & 7) << 3) | (operand & 7));
    else if (isPlace(operand)) this.place(register, operand, unit);
    else {
      this.written.push(0x05 | ((register & 7) << 3));
      const behind = this.written.length + 4 + (immediate === undefined ? 0 : 1);
      this.push32(operand.label.at + operand.offset - behind);
    }
    if (immediate !== undefined) this.written.push(immediate);
  }

  private combine(instruction: VectorInstruction, to: number, left: number, right: Operand, isMasked: boolean): void {
    if (isMasked && isPlace(right)) this.underMask(instruction, to, left, right);
    else this.instruction(instruction, to, left, right);
  }
}

/** Whether an operand lies in memory other than the code's. */
function isPlace(operand: Operand): operand is Place {
  return typeof operand === 'object' && 'base' in operand;
}
