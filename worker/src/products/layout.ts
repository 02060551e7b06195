/*
 * How TypeScript and machine code speak to each other: the sizes that both know, and where in memory one finds what the other wrote. Every number there has 64 bits.
 */

/** Values of a vector. */
export const LANES = 16;
/** Rows of a tile at most, and its vectors of columns: 24 vectors of sums, three of b and two of a fill most of the processor's 32. */
export const TILE_ROWS = 8;
export const TILE_VECTORS = 3;
/** Vectors of each row of a transposed a that are packed at once. */
export const PACKED_VECTORS = 4;

export const FLOAT_BYTES = 4;
export const VECTOR_BYTES = LANES * FLOAT_BYTES;

/** Offsets in bytes of what a step of a program says; product-plan.ts tells what each means. */
export const STEP = {
  code: 0,
  source: 8,
  packed: 16,
  result: 24,
  depth: 32,
  stride: 40,
  resultStride: 48,
  tiles: 56,
  tileStride: 64,
  mask: 72,
  mode: 80,
  extra: 88,
  scale: 96,
} as const;
export const STEP_BYTES = 104;

/** Offsets in bytes of what a job says. */
export const JOB = {
  /** Addresses of both factors, of two more inputs and of the result; the operator writes them at every run. */
  a: 0,
  b: 8,
  third: 16,
  fourth: 24,
  result: 32,
  /** Addresses of ONNX Runtime's table of functions and of the interpreter. */
  ort: 40,
  run: 48,
  /** How many threads work. */
  threads: 56,
  /** How many dimensions the result has, and which. */
  rank: 64,
  dimensions: 72,
  /** For each thread where its program begins, and where it ends. */
  programs: 104,
} as const;

/**
 * What happens to sums on their way into the result, in this order: they are multiplied, get the bias, are added to what is there, are cut off below 0, and become what a softmax
 * hands back: weights·(sums − row's value). A softmax itself is told whether its rows end within a vector.
 */
export const MODE = { scale: 1, bias: 2, add: 4, relu: 8, softmaxGradient: 16, tail: 32 } as const;
