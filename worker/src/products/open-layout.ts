import { STEP_BYTES } from './layout.ts';

/*
 * What operators say to their machine code whose number of rows is known only when they run. Offsets in bytes; what pieces of code of other operators read too lies where they
 * look for it.
 */

/** What every such job begins with. */
const COMMON = {
  /** Addresses of ONNX Runtime's table of functions and of what each thread runs. */
  ort: 64,
  run: 72,
  /** How many threads work. */
  threads: 80,
  /** Where ONNX Runtime says what it knows of an array's shape, and how many values it has. */
  shape: 88,
  count: 96,
} as const;

/** The job of a product with a packed weight. */
export const PACKED_JOB = {
  ...COMMON,
  /** Addresses of the rows, the packed weight, its bias, what is added to the result, and the result. */
  a: 0,
  weight: 8,
  bias: 16,
  addend: 24,
  result: 32,
  /** Values of a row, and rows of a tile. */
  depth: 104,
  tileRows: 112,
  /** Bytes of a tile of rows, and of one of the result. */
  tileBytes: 120,
  tileResultBytes: 128,
  /** Written at every run: whole tiles, rows below them, one to a tile, and where those begin in both arrays. */
  tiles: 136,
  rest: 144,
  restSource: 152,
  restResult: 160,
  /** Where the result's dimensions begin, and how many they are: of 1, rows, which are written at every run, and columns all but the first; or with columns as heads and their values all. */
  shapeAt: 168,
  rank: 176,
  one: 184,
  rows: 192,
  columns: 200,
  /** For each thread where its program begins, and where it ends. */
  programs: 216,
} as const;

/** A step of such a program is one for a whole panel and any number of rows, with these behind it. */
export const PANEL_STEP = {
  /** Where the panel begins within the packed weight. */
  panel: STEP_BYTES,
  /** The address of a table: the code for each number of rows, up to those of a tile. */
  codes: STEP_BYTES + 8,
} as const;
export const PANEL_STEP_BYTES = STEP_BYTES + 16;

/** The job of attention of whole prompts. */
export const PROMPT_JOB = {
  ...COMMON,
  /** Addresses of queries, keys, values, mask and result. */
  queries: 0,
  keys: 8,
  values: 16,
  mask: 24,
  result: 32,
  /** Heads of a text, and bytes of a head's vector. */
  heads: 104,
  headBytes: 112,
  /** Written for sizes: heads of all texts, and how far those of two texts are apart in queries and result, in keys and values, and in the mask. */
  units: 120,
  askingBytes: 128,
  seenBytes: 136,
  maskBytes: 144,
  /** Dimensions of the result, [texts, tokens, heads, values]. */
  dimensions: 152,
  /** For each thread the address of what it works with. */
  blocks: 184,
} as const;

/** What a thread works with there. */
export const PROMPT_BLOCK = {
  /** Addresses of the arrays of one head, in the views of the steps; the thread writes them. */
  views: 0,
  job: 96,
  /** The first head that is this thread's, and the one behind its last. */
  first: 104,
  end: 112,
  /** Where the steps for each head begin and end. */
  program: 120,
  programEnd: 128,
} as const;
export const PROMPT_BLOCK_BYTES = 136;

/** The job of one token's attention over a cache. */
export const CACHE_JOB = {
  ...COMMON,
  /** Addresses of the queries, of keys and values in two parts, one behind the other, and of the mask; then of weights and result. */
  queries: 0,
  keys: 8,
  mask: 16,
  values: 24,
  weights: 32,
  result: 40,
  freshKeys: 48,
  freshValues: 56,
  /** Heads of a text, and their values; bytes of one, what scores are multiplied by, and the mask over the values of a head's last vector. */
  heads: 104,
  textValues: 112,
  headBytes: 120,
  scale: 128,
  headMask: 136,
  /** Written at every run: heads of all texts, tokens of the first part, those of both, and how many values keys have. */
  units: 144,
  past: 152,
  seen: 160,
  keyCount: 168,
  /** Tokens of the second part: one or none. */
  fresh: 176,
  /** Bytes from a token to the next, from a head's weights to the next ones, and from a text's mask to the next one. */
  tokenBytes: 184,
  weightBytes: 192,
  maskBytes: 200,
  /** Bytes of the weights' whole vectors, a mask over the rest, and the mode that says whether there is one. */
  wholeBytes: 208,
  restMask: 216,
  mode: 224,
  /** Dimensions of the result, [texts, 1, heads, values], and of the weights, [heads of all texts, seen and a vector more]. */
  dimensions: 232,
  weightDimensions: 264,
  /** Values of a vector, and bytes of a value and of a vector. */
  lanes: 280,
  floatBytes: 288,
  vectorBytes: 296,
  /** For each number of values left over the mask, and the mode. */
  restMasks: 304,
  modes: 432,
  /** For each thread the address of the step by which it takes softmaxes. */
  steps: 560,
} as const;
