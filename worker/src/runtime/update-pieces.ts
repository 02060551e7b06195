import type { SimdKernels } from './simd-kernels.ts';

/*
 * An update in pieces: where the gradient of a piece is a product of few rows, it is computed when the update comes to it, and never written to memory as a whole.
 */

/** Values in a piece whose gradient lies in memory, and in a chunk of any other job; a multiple of the kernels' block, large enough that taking one costs nothing. */
export const CHUNK_VALUES = 65_536;

/** Numbers that say a piece: where its values begin, how many they are, and the address of the job that computes their gradient, or 0 where it lies in memory. */
export const PIECE_NUMBERS = 3;

/** A piece of an update, in values of a region. */
export interface UpdatePiece {
  offset: number;
  count: number;
  /** Computes the gradient when the update comes to it. */
  job: bigint | null;
}

/** Room for a block of a gradient for each thread, one behind the other: where it begins in the memory, and bytes of each. */
export interface BlockRoom {
  address: number;
  bytes: number;
}

/** What a thread needs for pieces whose gradients have to be computed. */
export interface BlockWork {
  memory: WebAssembly.Memory;
  room: BlockRoom;
  thread: number;
  compute: (job: number, thread: number) => void;
}

/** Pieces as threads read them. */
export function pieceNumbers(pieces: readonly UpdatePiece[]): Float64Array {
  return Float64Array.from(pieces.flatMap(({ offset, count, job }) => [offset, count, Number(job ?? 0n)]));
}

/** Cuts a stretch of values whose gradient lies in memory. */
export function plainPieces(offset: number, count: number): UpdatePiece[] {
  return Array.from({ length: Math.ceil(count / CHUNK_VALUES) }, (_, index) => {
    const start = index * CHUNK_VALUES;
    return { offset: offset + start, count: Math.min(CHUNK_VALUES, count - start), job: null };
  });
}

/** The arguments of an update by Adam: those of the whole one, whose count is not looked at. */
export type AdamArguments = Parameters<SimdKernels['adam']>;

/** Updates a piece by Adam; returns Σ gradient². */
export function updatePiece(
  [offset = 0, count = 0, job = 0]: Float64Array,
  [parameters, first, second, gradients, , ...scalars]: AdamArguments,
  adam: SimdKernels['adam'],
  work: BlockWork | null,
): number {
  const bytes = offset * Float32Array.BYTES_PER_ELEMENT;
  const gradient = job === 0 ? gradients + bytes : blockOf(job, work).at;
  return adam(parameters + bytes, first + bytes, second + bytes, gradient, count, ...scalars);
}

/** Computes the gradient of a piece and leaves it where one that is not a product lies, in the region at that address. */
export function leaveGradient(
  [offset = 0, count = 0, job = 0]: Float64Array,
  address: number,
  work: BlockWork | null,
): void {
  if (job === 0) return;
  const { memory, at } = blockOf(job, work);
  new Float32Array(memory.buffer, address, offset + count).set(new Float32Array(memory.buffer, at, count), offset);
}

/** Computes a block; where in the memory it is then. */
function blockOf(job: number, work: BlockWork | null): { memory: WebAssembly.Memory; at: number } {
  if (work === null) throw new Error('This memory has no room for blocks of gradients');
  work.compute(job, work.thread);
  return { memory: work.memory, at: work.room.address + work.thread * work.room.bytes };
}
