import type { OrtLibrary } from './ort-library.ts';

/** Lists of names as C reads them: addresses of texts that end in a zero. */
export class NameTable {
  private readonly ort: OrtLibrary;
  private readonly lists = new Map<string, { addresses: BigUint64Array; memory: Uint8Array }>();

  constructor(ort: OrtLibrary) {
    this.ort = ort;
  }

  of(names: readonly string[]): BigUint64Array {
    const text = names.map((name) => `${name}\0`).join('');
    const known = this.lists.get(text) ?? this.listOf(names, text);
    this.lists.set(text, known);
    return known.addresses;
  }

  private listOf(names: readonly string[], text: string): { addresses: BigUint64Array; memory: Uint8Array } {
    const encoded = new TextEncoder().encode(text);
    const memory = new Uint8Array(new ArrayBuffer(encoded.length + 1));
    memory.set(encoded);
    let address = this.ort.addressOf(memory);
    const addresses = BigUint64Array.from(names, (name) => {
      const start = address;
      address += BigInt(new TextEncoder().encode(name).length + 1);
      return start;
    });
    return { addresses, memory };
  }
}
