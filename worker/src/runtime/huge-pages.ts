import { machineCode } from '../products/machine-code.ts';
import { ortLibrary } from './ort-library.ts';

/** Linux's number for memory that shall have large pages. */
const HUGE_PAGES = 14;

type Prefer = (memory: WebAssembly.Memory) => void;

let prefer: Promise<Prefer> | undefined;

/**
 * Asks for pages of 2 MiB for a memory that nobody has touched: products read weights a row apart, each on another page of 4 KiB, and where each page begins the processor stops
 * fetching ahead. Many systems give them to whoever asks; does nothing where machine code does not run.
 */
export function hugePages(): Promise<Prefer> {
  return (prefer ??= open().catch(() => () => undefined));
}

async function open(): Promise<Prefer> {
  if ((await machineCode()) === null) return () => undefined;
  const [ort, koffi] = [await ortLibrary(), await import('koffi')];
  const advise = koffi.load('libc.so.6').func('madvise', 'int', ['uint64_t', 'size_t', 'int']);
  return ({ buffer }) => {
    if (buffer.byteLength > 0) advise(ort.addressOf(new Uint8Array(buffer)), buffer.byteLength, HUGE_PAGES);
  };
}
