import type { OrtLibrary, Pointer } from '../runtime/ort-library.ts';
import type { MachineCode } from './machine-code.ts';
import { POINTER_BYTES } from './layout.ts';

/** Arrays of larger numbers begin where a line of the cache does. */
export const CACHE_LINE = 64;

/** Numbers of 64 bits, by their offsets in bytes. */
export class Words {
  readonly array: BigInt64Array;
  /** Lower and upper half of each. */
  private readonly halves: Int32Array;

  constructor(bytes: number) {
    this.array = new BigInt64Array(bytes / POINTER_BYTES);
    this.halves = new Int32Array(this.array.buffer);
  }

  /** Sets one to a whole number. */
  set(offset: number, value: number | bigint): void {
    const place = offset / POINTER_BYTES;
    if (typeof value === 'bigint') {
      this.array[place] = value;
      return;
    }
    this.halves[2 * place] = value;
    this.halves[2 * place + 1] = Math.floor(value / 2 ** 32);
  }
}

/** Memory that machine code reads and writes, from a cache line on, which is never moved. It is there as long as `held` is. */
export interface Room {
  start: Pointer;
  bytes: number;
  held: object | null;
}

/** Room of so many bytes. */
export function roomFor(ort: OrtLibrary, bytes: number): Room {
  const held = new Uint8Array(bytes + CACHE_LINE);
  return { start: (ort.addressOf(held) + BigInt(CACHE_LINE - 1)) & ~BigInt(CACHE_LINE - 1), bytes, held };
}

/** What machine code reads and writes in one session, which is there as long as this is held. */
export class JobMemory {
  protected readonly ort: OrtLibrary;
  protected readonly code: MachineCode;
  protected readonly threads: number;
  private readonly held: unknown[] = [];

  constructor(ort: OrtLibrary, code: MachineCode, threads: number) {
    this.ort = ort;
    this.code = code;
    this.threads = threads;
  }

  /** The beginning of a job: what every operator asks it for. */
  protected job(places: { ort: number; run: number; threads: number }, bytes: number, run: string): Words {
    const job = new Words(bytes);
    job.set(places.ort, this.ort.table);
    job.set(places.run, this.code.address(run));
    job.set(places.threads, this.threads);
    return job;
  }

  /** Holds numbers, and says where they are. */
  protected keep(words: Words): Pointer {
    this.held.push(words.array);
    return this.ort.addressOf(words.array);
  }

  /** Room that is held. */
  protected allocate(bytes: number): Room {
    const room = roomFor(this.ort, bytes);
    this.held.push(room);
    return room;
  }
}
