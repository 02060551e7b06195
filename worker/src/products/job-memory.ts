import type { OrtLibrary, Pointer } from '../runtime/ort-library.ts';
import type { MachineCode } from './machine-code.ts';
import { POINTER_BYTES } from './layout.ts';

/** Arrays of larger numbers begin where a line of the cache does. */
export const CACHE_LINE = 64;

/** Numbers of 64 bits, by their offsets in bytes. */
export class Words {
  readonly array: BigInt64Array;

  constructor(bytes: number) {
    this.array = new BigInt64Array(bytes / POINTER_BYTES);
  }

  set(offset: number, value: number | bigint): void {
    this.array[offset / POINTER_BYTES] = BigInt(value);
  }
}

/** Memory that machine code reads and writes. */
export interface Room {
  start: Pointer;
  bytes: number;
}

/** What machine code reads and writes in one session, which is there as long as this is held. */
export class JobMemory {
  protected readonly ort: OrtLibrary;
  protected readonly code: MachineCode;
  protected readonly threads: number;
  private readonly held: ArrayBufferView[] = [];

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

  /** Memory from a cache line on, which is never moved. */
  protected allocate(bytes: number): Room {
    const array = new Uint8Array(bytes + CACHE_LINE);
    this.held.push(array);
    return { start: (this.ort.addressOf(array) + BigInt(CACHE_LINE - 1)) & ~BigInt(CACHE_LINE - 1), bytes };
  }
}
