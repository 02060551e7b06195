import { FLOAT_BYTES } from '../layout.ts';

/** Numbers by their offset in bytes; at first none is known. */
export class Memory {
  readonly values: Float64Array;
  protected readonly name: string;
  /** Behind the last value that has been written. */
  private end = 0;

  constructor(name: string, size: number) {
    this.name = name;
    this.values = new Float64Array(size).fill(Number.NaN);
  }

  /** Throws for what lies outside. */
  read(offset: number): number {
    return this.values[this.index(offset)] ?? Number.NaN;
  }

  write(offset: number, value: number): void {
    const index = this.index(offset);
    this.values[index] = value;
    this.end = Math.max(this.end, index + 1);
  }

  /** Nothing is known any more. */
  forget(): void {
    this.values.fill(Number.NaN, 0, this.end);
    this.end = 0;
  }

  protected index(offset: number): number {
    const index = offset / FLOAT_BYTES;
    if (!Number.isInteger(index) || index < 0 || index >= this.values.length) {
      throw new Error(`${this.name} has ${this.values.length} values, and nothing at ${index}`);
    }
    return index;
  }
}

/** An array that is only read. */
export class Input extends Memory {
  constructor(name: string, values: Float64Array) {
    super(name, values.length);
    this.values.set(values);
  }

  override write(): never {
    throw new Error(`${this.name} is not to be written`);
  }
}

/** An array of which each value belongs to the thread that writes it. */
export class Output extends Memory {
  /** How often each value has been written. */
  readonly writes: Uint8Array;
  /** The thread that works now. */
  thread = 0;
  private readonly writers: Int8Array;

  constructor(name: string, size: number) {
    super(name, size);
    this.writes = new Uint8Array(size);
    this.writers = new Int8Array(size).fill(-1);
  }

  override read(offset: number): number {
    const index = this.index(offset);
    if (this.writers[index] !== this.thread) {
      throw new Error(`Thread ${this.thread} reads value ${index} of ${this.name}, which it has not written`);
    }
    return super.read(offset);
  }

  override write(offset: number, value: number): void {
    const index = this.index(offset);
    const writer = this.writers[index] ?? -1;
    if (writer !== -1 && writer !== this.thread) throw new Error(`Two threads write value ${index} of ${this.name}`);
    this.writers[index] = this.thread;
    this.writes[index] = (this.writes[index] ?? 0) + 1;
    super.write(offset, value);
  }
}
