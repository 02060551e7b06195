import type { GraphNode } from '../graph/graph-builder.ts';
import { OWN_DOMAIN } from './layout.ts';
import type { WeightSizes } from './packed-weights.ts';

/** What a product with a packed weight does: rows·weight + bias, then what is below 0 becomes 0 where that is asked for, or an addend is added. */
export interface PackedProduct extends WeightSizes {
  finish: 'bias' | 'relu' | 'addend';
  /** The result is [1, rows, heads, values of a head] where it has heads, else [rows, columns]. */
  heads: number | null;
}

/** What attention over a cache is told. */
export interface CachedAttention {
  heads: number;
  /** Values of a head. */
  headSize: number;
  scale: number;
  /** Keys and values come in two parts: those of the tokens before, and the newest token's. */
  isGrowing: boolean;
}

/** What attention of whole prompts is told. Numbers of texts and tokens are those with which they were recorded; how many there are is said before it runs. */
export interface PromptAttention {
  heads: number;
  /** Values of a head. */
  headSize: number;
  scale: number;
  texts: number;
  /** Tokens of a text that ask, and those that they may look at. */
  asking: number;
  seen: number;
  /** Whether the mask differs from text to text, and from token to token that asks. */
  maskByText: boolean;
  maskByToken: boolean;
}

/** The operators of products with a packed weight. */
export const PACKED_PRODUCTS = { plain: 'PackedProduct', withAddend: 'PackedProductWithAddend' } as const;

/** The operators for any number of rows, and how many inputs and outputs each has. */
export const OPEN_OPERATORS = [
  { name: PACKED_PRODUCTS.plain, inputs: 3, outputs: 1 },
  { name: PACKED_PRODUCTS.withAddend, inputs: 4, outputs: 1 },
  { name: 'CachedAttention', inputs: 4, outputs: 2 },
  { name: 'GrowingAttention', inputs: 6, outputs: 2 },
] as const;

/** That of attention of whole prompts: queries, keys, values and mask. */
export const PROMPT_OPERATOR = { name: 'PromptAttention', inputs: 4, outputs: 1 } as const;

export type OpenOperator = (typeof OPEN_OPERATORS)[number]['name'];

type NodeHead = Pick<GraphNode, 'operator' | 'domain' | 'attributes'>;

function node(
  operator: OpenOperator | typeof PROMPT_OPERATOR.name,
  numbers: Record<string, number>,
  scale = 1,
): NodeHead {
  const attributes = Object.fromEntries(Object.entries(numbers).map(([name, int]) => [name, { int }]));
  return { operator, domain: OWN_DOMAIN, attributes: { ...attributes, scale: { float: scale } } };
}

/** What a node says of a product; `readPackedProduct` reads it again. */
export function packedProductNode({ depth, columns, finish, heads }: PackedProduct): NodeHead {
  const operator = finish === 'addend' ? PACKED_PRODUCTS.withAddend : PACKED_PRODUCTS.plain;
  return node(operator, { depth, columns, relu: Number(finish === 'relu'), heads: heads ?? 0 });
}

export function readPackedProduct(operator: OpenOperator, integer: (name: string) => number): PackedProduct {
  const finish = operator === PACKED_PRODUCTS.withAddend ? 'addend' : integer('relu') === 1 ? 'relu' : 'bias';
  const heads = integer('heads');
  return { depth: integer('depth'), columns: integer('columns'), finish, heads: heads === 0 ? null : heads };
}

/** What a node says of attention; `readCachedAttention` reads it again. */
export function cachedAttentionNode({ heads, headSize, scale, isGrowing }: CachedAttention): NodeHead {
  return node(isGrowing ? 'GrowingAttention' : 'CachedAttention', { heads, headSize }, scale);
}

export function readCachedAttention(
  operator: OpenOperator,
  integer: (name: string) => number,
  scale: number,
): CachedAttention {
  return {
    heads: integer('heads'),
    headSize: integer('headSize'),
    scale,
    isGrowing: operator === 'GrowingAttention',
  };
}

/** What a node says of attention of whole prompts; `readPromptAttention` reads it again. */
export function promptAttentionNode({ scale, maskByText, maskByToken, ...numbers }: PromptAttention): NodeHead {
  const masks = { maskByText: Number(maskByText), maskByToken: Number(maskByToken) };
  return node(PROMPT_OPERATOR.name, { ...numbers, ...masks }, scale);
}

export function readPromptAttention(
  integer: (name: string) => number,
  float: (name: string) => number,
): PromptAttention {
  return {
    heads: integer('heads'),
    headSize: integer('headSize'),
    scale: float('scale'),
    texts: integer('texts'),
    asking: integer('asking'),
    seen: integer('seen'),
    maskByText: integer('maskByText') === 1,
    maskByToken: integer('maskByToken') === 1,
  };
}
