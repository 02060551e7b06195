import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { machineCode } from '../products/machine-code.ts';
import { hugePages } from './huge-pages.ts';
import { ortLibrary } from './ort-library.ts';

/** What the system notes about the memory that an address lies in: two letters for each. */
function notesAt(address: bigint): string[] {
  const lines = readFileSync('/proc/self/smaps', 'utf8').split('\n');
  let isHere = false;
  for (const line of lines) {
    const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line) ?? [];
    if (start !== undefined) isHere = BigInt(`0x${start}`) <= address && address < BigInt(`0x${end}`);
    else if (isHere && line.startsWith('VmFlags:')) return line.split(/\s+/).slice(1);
  }
  throw new Error('The system knows nothing of that memory');
}

test.skipIf((await machineCode()) === null).each([true, false])(
  'a memory that is shared (%s) asks for large pages, and holds what it held',
  async (shared) => {
    const memory = new WebAssembly.Memory({ initial: 100, maximum: 200, shared });
    const prefer = await hugePages();
    const address = (await ortLibrary()).addressOf(new Uint8Array(memory.buffer));
    expect(notesAt(address)).not.toContain('hg');
    prefer(memory);
    expect(notesAt(address)).toContain('hg');
    expect(new Uint8Array(memory.buffer).every((value) => value === 0)).toBe(true);
    expect(() => prefer(new WebAssembly.Memory({ initial: 0, maximum: 1, shared }))).not.toThrow();
  },
);
