import type { Label, Place, Register } from './general-assembler.ts';
import { VectorAssembler, type Operand, type VectorInstruction } from './vector-assembler.ts';

/** Vectors that pieces of code leave alone once a mask is set: the mask, which has its values' highest bits set; places remembered; and one for what takes two instructions. */
const [TAIL, FOUND, SCRATCH] = [14, 13, 15];

const MANTISSA_BITS = 23;

/**
 * Writes the instructions of AVX2 on vectors of 8 float32. Encodings follow Intel's manual, volume 2 (chapter 2: VEX prefix). What AVX-512 does under a mask in one instruction takes two or
 * three here.
 */
export class Avx2Assembler extends VectorAssembler {
  readonly lanes = 8;
  readonly storesSlowlyUnderMask = true;

  readonly turns = [
    (to: number, from: number) => this.chooseGroups(to, from, from, 0x01),
    ...[0x4e, 0xb1].map((places) => (to: number, from: number) => this.chooseWithinGroups(to, from, places)),
  ];

  readonly groupSwaps = [{ apart: 4, first: 0x20, second: 0x31 }];

  /** The bit of each value in a mask. */
  private readonly bits: Label;

  constructor() {
    super();
    this.bits = this.here();
    for (let value = 0; value < this.lanes; value++) this.push32(2 ** value);
  }

  setMask(from: Register): void {
    const bits = { label: this.bits, offset: 0 };
    this.instruction({ map: 1, prefix: 1, opcode: 0x6e }, TAIL, 0, from, 128);
    this.instruction({ map: 2, prefix: 1, opcode: 0x58 }, TAIL, 0, TAIL);
    this.instruction({ map: 1, prefix: 1, opcode: 0xdb }, TAIL, TAIL, bits);
    this.instruction({ map: 1, prefix: 1, opcode: 0x76 }, TAIL, TAIL, bits);
  }

  storeHalf(from: number, to: Place, half: 0 | 1): void {
    if (half === 0) this.instruction({ map: 1, prefix: 0, opcode: 0x11 }, from, 0, to, 128);
    else this.instruction({ map: 3, prefix: 1, opcode: 0x19, immediate: half }, from, 0, to);
  }

  storeValue(from: number, to: Place): void {
    this.instruction({ map: 1, prefix: 2, opcode: 0x11 }, from, 0, to, 128);
  }

  loadInto(to: number, from: Place): void {
    this.loadUnderMask(SCRATCH, from);
    this.instruction({ map: 3, prefix: 1, opcode: 0x4a, immediate: TAIL << 4 }, to, to, SCRATCH);
  }

  findAbove(vector: number, than: Place, isMasked = false): void {
    if (isMasked) this.loadUnderMask(SCRATCH, than);
    this.instruction({ map: 1, prefix: 0, opcode: 0xc2, immediate: 1 }, FOUND, vector, isMasked ? SCRATCH : than);
  }

  findNotBelow(left: number, right: Operand): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0xc2, immediate: 5 }, FOUND, left, right);
  }

  keepFound(vector: number): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x54 }, vector, vector, FOUND);
  }

  /** Adds to the exponent; results are normal numbers where they are kept. */
  timesPowerOfTwo(to: number, left: number, right: number): void {
    this.instruction({ map: 1, prefix: 1, opcode: 0x5b }, SCRATCH, 0, right);
    // The instruction is told apart from its kin by 6 where others name a vector.
    this.instruction({ map: 1, prefix: 1, opcode: 0x72, immediate: MANTISSA_BITS }, 6, SCRATCH, SCRATCH);
    this.instruction({ map: 1, prefix: 1, opcode: 0xfe }, to, left, SCRATCH);
    this.keepFound(to);
  }

  interleavePairs(to: number, left: number, right: number, half: 'low' | 'high'): void {
    this.instruction({ map: 1, prefix: 1, opcode: half === 'low' ? 0x14 : 0x15 }, to, left, right);
  }

  /** `choice` names a group of the left (0, 1) or right factor (2, 3) in its lowest bits, and another one four bits further up. */
  chooseGroups(to: number, left: number, right: number, choice: number): void {
    this.instruction({ map: 3, prefix: 1, opcode: 0x06, immediate: choice }, to, left, right);
  }

  protected underMask(instruction: VectorInstruction, to: number, left: number, right: Place): void {
    this.loadUnderMask(SCRATCH, right);
    this.instruction(instruction, to, left, SCRATCH);
  }

  protected loadUnderMask(to: number, from: Place): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0x2c }, to, TAIL, from);
  }

  protected storeUnderMask(from: number, to: Place): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0x2e }, from, TAIL, to);
  }

  protected instruction(
    { map, prefix, wide = false, opcode, immediate }: VectorInstruction,
    to: number,
    left: number,
    right: Operand,
    bits: 128 | 256 = 256,
  ): void {
    const high = this.prefixBits(to, right);
    const last = ((~left & 15) << 3) | (bits === 256 ? 4 : 0) | prefix;
    if (map === 1 && !wide && (high & 0x60) === 0x60) this.written.push(0xc5, (high & 0x80) | last);
    else {
      this.written.push(0xc4, high | map, ((wide ? 1 : 0) << 7) | last);
    }
    this.written.push(opcode);
    this.operand(to, right, 1, immediate);
  }
}
