import type { Place, Register } from './general-assembler.ts';
import { VectorAssembler, type Operand, type VectorInstruction } from './vector-assembler.ts';

/** Of masks 1 to 7: the one over the last values of a row, and the one that remembers places. */
const [TAIL, FOUND] = [1, 2];

/** Which values an instruction is about, and whether others become 0 or stay as they are. */
interface Masking {
  mask: number;
  zeroing: boolean;
}

const ALL: Masking = { mask: 0, zeroing: false };

/**
 * Writes the instructions of AVX-512 on vectors of 16 float32. Encodings follow Intel's manual, volume 2 (chapter 2: EVEX prefix).
 */
export class Avx512Assembler extends VectorAssembler {
  readonly lanes = 16;
  readonly storesSlowlyUnderMask = false;

  readonly turns = [
    ...[0x4e, 0xb1].map((groups) => (to: number, from: number) => this.chooseGroups(to, from, from, groups)),
    ...[0x4e, 0xb1].map((places) => (to: number, from: number) => this.chooseWithinGroups(to, from, places)),
  ];

  readonly groupSwaps = [4, 8].map((apart) => ({ apart, first: 0x88, second: 0xdd }));

  setMask(from: Register): void {
    this.written.push(0xc5, 0xf8, 0x92, 0xc8 | from);
  }

  storeHalf(from: number, to: Place, half: 0 | 1): void {
    const unit = this.vectorBytes / 2;
    this.instruction({ map: 3, prefix: 1, wide: true, opcode: 0x1b, unit, immediate: half }, from, 0, to);
  }

  storeValue(from: number, to: Place): void {
    this.instruction({ map: 1, prefix: 2, opcode: 0x11, unit: 4 }, from, 0, to);
  }

  loadInto(to: number, from: Place): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x10 }, to, 0, from, { mask: TAIL, zeroing: false });
  }

  findAbove(vector: number, than: Place, isMasked = false): void {
    const masking = isMasked ? { mask: TAIL, zeroing: false } : ALL;
    this.instruction({ map: 1, prefix: 0, opcode: 0xc2, immediate: 1 }, FOUND, vector, than, masking);
  }

  findNotBelow(left: number, right: Operand): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0xc2, immediate: 5 }, FOUND, left, right);
  }

  keepFound(vector: number): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x28 }, vector, 0, vector, { mask: FOUND, zeroing: true });
  }

  timesPowerOfTwo(to: number, left: number, right: number): void {
    this.instruction({ map: 2, prefix: 1, opcode: 0x2c }, to, left, right, { mask: FOUND, zeroing: true });
  }

  interleavePairs(to: number, left: number, right: number, half: 'low' | 'high'): void {
    this.instruction({ map: 1, prefix: 1, wide: true, opcode: half === 'low' ? 0x14 : 0x15 }, to, left, right);
  }

  /** `choice` names two groups of the left factor, then two of the right one, two bits each. */
  chooseGroups(to: number, left: number, right: number, choice: number): void {
    this.instruction({ map: 3, prefix: 1, opcode: 0x23, immediate: choice }, to, left, right);
  }

  protected underMask(instruction: VectorInstruction, to: number, left: number, right: Place): void {
    this.instruction(instruction, to, left, right, { mask: TAIL, zeroing: false });
  }

  protected loadUnderMask(to: number, from: Place): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x10 }, to, 0, from, { mask: TAIL, zeroing: true });
  }

  protected storeUnderMask(from: number, to: Place): void {
    this.instruction({ map: 1, prefix: 0, opcode: 0x11 }, from, 0, to, { mask: TAIL, zeroing: false });
  }

  protected instruction(instruction: VectorInstruction, to: number, left: number, right: Operand, masking = ALL): void {
    const { map, prefix, wide = false, opcode, unit = this.vectorBytes, immediate } = instruction;
    const inverted = (bit: number) => (bit & 1) ^ 1;
    this.written.push(
      0x62,
      this.prefixBits(to, right) | (inverted(to >> 4) << 4) | map,
      ((wide ? 1 : 0) << 7) | ((~left & 15) << 3) | 4 | prefix,
      ((masking.zeroing ? 1 : 0) << 7) | (2 << 5) | (inverted(left >> 4) << 3) | masking.mask,
      opcode,
    );
    this.operand(to, right, unit, immediate);
  }
}
