import { VECTOR_BYTES } from './layout.ts';
import { GeneralAssembler, type Place, type Register } from './general-assembler.ts';

/** How an instruction with 512 bits is encoded: opcode map, prefix, width bit and opcode. */
interface VectorEncoding {
  map: 1 | 2 | 3;
  prefix: 0 | 1 | 2;
  wide?: boolean;
  opcode: number;
  /** Bytes that an offset of one byte counts in. */
  unit?: number;
}

/**
 * Adds the instructions of AVX-512 on vectors of 16 float32. Encodings follow Intel's manual, volume 2 (chapter 2: EVEX prefix).
 */
export class X64Assembler extends GeneralAssembler {
  /** Sets mask 1 from the lowest 16 bits of one of the first eight registers. */
  setMask(from: Register): void {
    this.written.push(0xc5, 0xf8, 0x92, 0xc8 | from);
  }

  /** Leaves the upper halves of vectors clean for code that knows no vectors of 512 bits. */
  endVectors(): void {
    this.written.push(0xc5, 0xf8, 0x77);
  }

  loadVector(to: number, from: Place, isMasked = false): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x10 }, to, 0, from, isMasked, true);
  }

  storeVector(from: number, to: Place, isMasked = false): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x11 }, from, 0, to, isMasked, false);
  }

  /** Writes the first value of a vector. */
  storeValue(from: number, to: Place): void {
    this.vectorPlace({ map: 1, prefix: 2, opcode: 0x11, unit: 4 }, from, 0, to, false, false);
  }

  /** Writes the first (0) or second half of a vector. */
  storeHalf(from: number, to: Place, half: 0 | 1): void {
    this.vectorPlace(
      { map: 3, prefix: 1, wide: true, opcode: 0x1b, unit: VECTOR_BYTES / 2 },
      from,
      0,
      to,
      false,
      false,
    );
    this.written.push(half);
  }

  /** One float32, 16 times. */
  broadcast(to: number, from: Place): void {
    this.vectorPlace({ map: 2, prefix: 1, opcode: 0x18, unit: 4 }, to, 0, from, false, false);
  }

  addVectorAt(to: number, left: number, right: Place, isMasked = false): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x58 }, to, left, right, isMasked, false);
  }

  multiplyVectorAt(to: number, left: number, right: Place, isMasked = false): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x59 }, to, left, right, isMasked, false);
  }

  /** Loads under the mask, and leaves other values as they are. */
  loadInto(to: number, from: Place): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x10 }, to, 0, from, true, false);
  }

  loadVectorOrInto(to: number, from: Place, isTail: boolean): void {
    if (isTail) this.loadInto(to, from);
    else this.loadVector(to, from);
  }

  /** Lets mask 2 stand where a value in memory is above the vector's. */
  maskAboveAt(vector: number, place: Place, isMasked = false): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0xc2 }, 2, vector, place, isMasked, false);
    this.written.push(1);
  }

  /** Makes everything 0 that mask 2 does not let stand. */
  keepUnderMask(vector: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x28 }, vector, 0, vector, 2);
  }

  copyVector(to: number, from: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x28 }, to, 0, from);
  }

  subtractVectors(to: number, left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x5c }, to, left, right);
  }

  divideVectors(to: number, left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x5e }, to, left, right);
  }

  squareRoots(to: number, from: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x51 }, to, 0, from);
  }

  largerVectors(to: number, left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x5f }, to, left, right);
  }

  /** To the nearest whole numbers. */
  roundVector(to: number, from: number): void {
    this.vectors({ map: 3, prefix: 1, opcode: 0x08 }, to, 0, from);
    this.written.push(0x08);
  }

  /** Lets mask 2 stand where left is not below right, numbers or not. */
  maskNotBelow(left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0xc2 }, 2, left, right);
    this.written.push(5);
  }

  /** left·2^right under mask 2, 0 elsewhere. */
  timesPowerOfTwo(to: number, left: number, right: number): void {
    this.vectors({ map: 2, prefix: 1, opcode: 0x2c }, to, left, right, 2);
  }

  /** Values within each group of four, two bits for each. */
  chooseWithinGroups(to: number, from: number, places: number): void {
    this.vectors({ map: 3, prefix: 1, opcode: 0x04 }, to, 0, from);
    this.written.push(places);
  }

  /** to := to·factor + added */
  multiplyThenAdd(to: number, factor: number, added: number): void {
    this.vectors({ map: 2, prefix: 1, opcode: 0xa8 }, to, factor, added);
  }

  /** to −= left·right */
  multiplySubtract(to: number, left: number, right: number): void {
    this.vectors({ map: 2, prefix: 1, opcode: 0xbc }, to, left, right);
  }

  addVectors(to: number, left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x58 }, to, left, right);
  }

  multiplyVectors(to: number, left: number, right: number): void {
    this.vectors({ map: 1, prefix: 0, opcode: 0x59 }, to, left, right);
  }

  /** to += left·right */
  multiplyAdd(to: number, left: number, right: number): void {
    this.vectors({ map: 2, prefix: 1, opcode: 0xb8 }, to, left, right);
  }

  /** Eight float32 in memory become float64. */
  widen(to: number, from: Place): void {
    this.vectorPlace({ map: 1, prefix: 0, opcode: 0x5a, unit: VECTOR_BYTES / 2 }, to, 0, from, false, false);
  }

  /** to += left·right, of float64 */
  multiplyAddDoubles(to: number, left: number, right: number): void {
    this.vectors({ map: 2, prefix: 1, wide: true, opcode: 0xb8 }, to, left, right);
  }

  clear(vector: number): void {
    this.vectors({ map: 1, prefix: 1, opcode: 0xef }, vector, vector, vector);
  }

  /** Values 0, 1 (`low`) or 2, 3 (`high`) of each group of four, of both factors in turn. */
  interleave(to: number, left: number, right: number, half: 'low' | 'high'): void {
    this.vectors({ map: 1, prefix: 0, opcode: half === 'low' ? 0x14 : 0x15 }, to, left, right);
  }

  /** The first (`low`) or second pair of each group of four, of both factors in turn. */
  interleavePairs(to: number, left: number, right: number, half: 'low' | 'high'): void {
    this.vectors({ map: 1, prefix: 1, wide: true, opcode: half === 'low' ? 0x14 : 0x15 }, to, left, right);
  }

  /** Groups of four: `groups` names two of the left factor, then two of the right one, two bits each. */
  chooseGroups(to: number, left: number, right: number, groups: number): void {
    this.vectors({ map: 3, prefix: 1, opcode: 0x23 }, to, left, right);
    this.written.push(groups);
  }

  private evex(
    encoding: VectorEncoding,
    to: number,
    left: number,
    extra: { x: number; b: number },
    mask: number,
    zeroing: boolean,
  ): void {
    const inverted = (bit: number) => (bit & 1) ^ 1;
    this.written.push(
      0x62,
      (inverted(to >> 3) << 7) |
        (inverted(extra.x) << 6) |
        (inverted(extra.b) << 5) |
        (inverted(to >> 4) << 4) |
        encoding.map,
      ((encoding.wide ? 1 : 0) << 7) | ((~left & 15) << 3) | 4 | encoding.prefix,
      ((mask > 0 && zeroing ? 1 : 0) << 7) | (2 << 5) | (inverted(left >> 4) << 3) | mask,
      encoding.opcode,
    );
  }

  private vectors(encoding: VectorEncoding, to: number, left: number, right: number, mask = 0): void {
    this.evex(encoding, to, left, { x: right >> 4, b: right >> 3 }, mask, true);
    this.written.push(0xc0 | ((to & 7) << 3) | (right & 7));
  }

  private vectorPlace(
    encoding: VectorEncoding,
    to: number,
    left: number,
    place: Place,
    isMasked: boolean,
    zeroing: boolean,
  ): void {
    this.evex(encoding, to, left, { x: (place.index ?? 0) >> 3, b: place.base >> 3 }, isMasked ? 1 : 0, zeroing);
    this.place(to, place, encoding.unit ?? VECTOR_BYTES);
  }
}
