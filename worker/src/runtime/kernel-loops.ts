import { wasm, type Code, type Variables } from './wasm-assembler.ts';

/** Arrays handed to the kernels have a multiple of this many float32 values, and start at a multiple of its bytes. */
export const KERNEL_BLOCK = 16;

const BLOCK_BYTES = KERNEL_BLOCK * 4;
/** Bytes of one SIMD register. */
export const VECTOR_BYTES = 16;

/**
 * Kernels read this far beyond their place, so memories are at least this much longer than their arrays: a page of the processor's
 * memory management.
 */
export const KERNEL_REACH_BYTES = 4096;

/** Sets `name` to the sum of a pointer and `count` values: where the loop ends. */
function setEnd({ get, set }: Variables, pointer: string): Code {
  return set('end', wasm.i32Add(get(pointer), wasm.i32Shl(get('count'), wasm.i32Const(2))));
}

/** Touches the next page of every array once a page: the processor looks no further than its page by itself, and waits at each border. */
export function touchNextPages({ get }: Variables, pointers: readonly string[]): Code {
  const place = wasm.i32And(get(pointers[0] ?? ''), wasm.i32Const(KERNEL_REACH_BYTES - BLOCK_BYTES));
  const touches = pointers.flatMap((name) => wasm.drop(wasm.v128Load(get(name), KERNEL_REACH_BYTES)));
  return wasm.when(wasm.i32IsZero(place), touches);
}

/** Runs `body` for each block of values, moving all pointers along; `body` gets the byte offset of each vector in the block. */
export function eachBlock(variables: Variables, pointers: readonly string[], body: (offset: number) => Code): Code {
  const { get, set } = variables;
  const first = pointers[0] ?? '';
  const unrolled = Array.from({ length: BLOCK_BYTES / VECTOR_BYTES }, (_, index) => body(index * VECTOR_BYTES)).flat();
  const advance = pointers.flatMap((name) => set(name, wasm.i32Add(get(name), wasm.i32Const(BLOCK_BYTES))));
  const done = wasm.i32GeU(get(first), get('end'));
  const touch = touchNextPages(variables, pointers);
  return [...setEnd(variables, first), ...wasm.loopUntil(done, [...touch, ...unrolled, ...advance])];
}

/** Copies scalar parameters into vectors of the same name with a V. */
export function splat({ get, set }: Variables, names: readonly string[]): Code {
  return names.flatMap((name) => set(`${name}V`, wasm.f32x4Splat(get(name))));
}
