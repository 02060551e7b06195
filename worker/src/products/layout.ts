import { VECTOR_UNIT } from './vector-unit.ts';

/*
 * How TypeScript and machine code speak to each other: the sizes that both know, and where in memory one finds what the other wrote. Every number there has 64 bits.
 */

/** The operators' domain in an ONNX file. */
export const OWN_DOMAIN = 'greenlight';

/** Values of a vector. */
export const LANES = VECTOR_UNIT.lanes;
/** Rows of a tile at most, and its vectors of columns. */
export const TILE_ROWS = VECTOR_UNIT.tileRows;
export const TILE_VECTORS = VECTOR_UNIT.tileVectors;
/** Vectors of a head's values at most, where attention reads them from a cache. */
export const MOST_HEAD_VECTORS = 8;
/** Vectors of each row of a transposed a that are packed at once. */
export const PACKED_VECTORS = 4;

export const FLOAT_BYTES = 4;
export const POINTER_BYTES = 8;
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
  epsilon: 104,
  view: 112,
  matrix: 120,
  beside: 128,
  besideStride: 136,
} as const;
export const STEP_BYTES = 144;

/** Offsets in bytes of what a job says. */
export const JOB = {
  /**
   * Addresses of inputs and outputs, which the operator writes at every run; below is which lies where. Where a task is several products, each has its own view of them, one
   * behind the other. An address that nobody writes is 0: steps then say whole addresses, of memory of their thread's own.
   */
  arrays: 0,
  /** Addresses of ONNX Runtime's table of functions and of the interpreter. */
  ort: 240,
  run: 248,
  /** How many threads work. */
  threads: 256,
  /** For each output how many dimensions it has, and which. */
  shapes: 264,
  /** For each thread where its program begins, and where it ends. */
  programs: 384,
} as const;

/** Bytes of a view. */
export const VIEW_BYTES = 48;

/** Bytes between the shapes of two outputs; within one, the dimensions lie behind their number. */
export const SHAPE_BYTES = 40;

/** Offsets in a product's job of the addresses of its arrays: besides factors and result a vector, a matrix that lies as the result does, and sums over the rows of b. */
export const PRODUCT_ARRAYS = { a: 0, b: 8, vector: 16, matrix: 24, result: 32, sums: 40 } as const;

/** The same for a layer normalisation and its gradient. */
export const NORM_ARRAYS = {
  x: 0,
  gain: 8,
  bias: 16,
  mean: 24,
  inverseDeviation: 32,
  result: 40,
  /** The gradient of the result, and one of x that is added to what is handed back. */
  dy: 48,
  addend: 56,
  gainGradient: 64,
  biasGradient: 72,
} as const;

/**
 * What happens to sums on their way into the result, in this order: they are multiplied, get the bias, are added to what is there, are cut off below 0, get a matrix, and become 0
 * where a matrix is not above 0. Other pieces of code are told whether rows end within a vector.
 */
export const MODE = {
  scale: 1,
  bias: 2,
  add: 4,
  relu: 8,
  tail: 16,
  addMatrix: 32,
  reluGradient: 64,
} as const;
