import { existsSync, readFileSync } from 'node:fs';

/** Where Linux tells of processors. */
const PROCESSORS = '/proc/cpuinfo';

/** A processor's instructions on vectors, and how products use its registers. */
export interface VectorUnit {
  name: 'AVX-512' | 'AVX2';
  /** Values of a vector. */
  lanes: number;
  registers: number;
  /** Rows of a tile at most, and its vectors of columns: their sums, the vectors of b and one or two of a fill most of the registers. */
  tileRows: number;
  tileVectors: number;
  /** Rows of a that are multiplied with all panels before the next ones, and depth of a panel at most (measured); deeper ones are multiplied in pieces, which add to the result. */
  blockRows: number;
  panelDepth: number;
}

const AVX512: VectorUnit = {
  name: 'AVX-512',
  lanes: 16,
  registers: 32,
  tileRows: 8,
  tileVectors: 3,
  blockRows: 512,
  panelDepth: 512,
};

const AVX2: VectorUnit = {
  name: 'AVX2',
  lanes: 8,
  registers: 16,
  tileRows: 4,
  tileVectors: 3,
  blockRows: 256,
  panelDepth: 256,
};

/** What `GREENLIGHT_VECTORS` may say: the bits of vectors at most, or that no machine code of this project is to run. */
export const VECTOR_SETTINGS = ['512', '256', 'none'] as const;

/** The widest vectors of those that a processor lists among its flags, and that the setting allows. */
export function vectorUnitOf(flags: ReadonlySet<string>, setting?: string): VectorUnit | null {
  if (setting === 'none') return null;
  if (setting !== '256' && flags.has('avx512f')) return AVX512;
  return flags.has('avx2') && flags.has('fma') ? AVX2 : null;
}

function flagsHere(): ReadonlySet<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !existsSync(PROCESSORS)) return new Set();
  const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync(PROCESSORS, 'utf8')) ?? [];
  return new Set(flags.trim().split(' '));
}

/** What this machine's code is written for; null where it runs none: 64-bit processors with AVX2 or AVX-512 under Linux do. */
export const VECTOR_UNIT_HERE = vectorUnitOf(flagsHere(), process.env['GREENLIGHT_VECTORS']);

/** What sizes are those of; where there is none, of what products are best understood on. */
export const VECTOR_UNIT = VECTOR_UNIT_HERE ?? AVX512;
