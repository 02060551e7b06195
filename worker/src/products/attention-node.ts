import type { GraphNode } from '../graph/graph-builder.ts';
import { ATTENTION_VIEWS as VIEW, GRADIENT_VIEWS as GRADIENT, type AttentionSizes } from './attention-plan.ts';
import { OWN_DOMAIN, PRODUCT_ARRAYS as IN } from './layout.ts';
import type { Places } from './kernel-call-code.ts';

const [queries, keys, mask] = [[VIEW.scores + IN.a], [VIEW.scores + IN.b], [VIEW.scores + IN.vector]];
const values = [VIEW.values + IN.b];
/** Weights, and what was attended to. */
const outcomes = [[VIEW.scores + IN.result, VIEW.values + IN.a], [VIEW.values + IN.result]];

/** The operators of attention: where among a job's addresses those of their inputs and outputs are, in their order. */
export const ATTENTION_OPERATORS = {
  plain: { name: 'Attention', inputs: [queries, keys, values], outputs: outcomes },
  masked: { name: 'MaskedAttention', inputs: [queries, keys, values, mask], outputs: outcomes },
  gradient: {
    name: 'AttentionGradient',
    inputs: [
      // The outcome's gradient, queries, keys, values and weights.
      [GRADIENT.scores + IN.a, GRADIENT.values + IN.b],
      [GRADIENT.keys + IN.b],
      [GRADIENT.queries + IN.b],
      [GRADIENT.scores + IN.b],
      [GRADIENT.scores + IN.matrix, GRADIENT.values + IN.a],
    ],
    outputs: [[GRADIENT.queries + IN.result], [GRADIENT.keys + IN.result], [GRADIENT.values + IN.result]],
  },
} as const satisfies Record<string, { name: string; inputs: readonly Places[]; outputs: readonly Places[] }>;

/** What a node says of an attention; `readAttention` reads it again. */
export function attentionNode(
  which: keyof typeof ATTENTION_OPERATORS,
  { batch, heads, asking, seen, width, scale, mask: strides, isCausal = false }: AttentionSizes,
): Pick<GraphNode, 'operator' | 'domain' | 'attributes'> {
  const numbers = {
    batch,
    heads,
    asking,
    seen,
    width,
    maskText: strides?.outer[0] ?? 0,
    maskHead: strides?.outer[1] ?? 0,
    maskRow: strides?.row ?? 0,
    causal: isCausal ? 1 : 0,
  };
  const attributes = Object.fromEntries(Object.entries(numbers).map(([name, int]) => [name, { int }]));
  return {
    operator: ATTENTION_OPERATORS[which].name,
    domain: OWN_DOMAIN,
    attributes: { ...attributes, scale: { float: scale } },
  };
}

/** What a node of this operator says, from functions that give its attributes by name. */
export function readAttention(
  which: keyof typeof ATTENTION_OPERATORS,
  integer: (name: string) => number,
  float: (name: string) => number,
): AttentionSizes {
  const strides = { outer: [integer('maskText'), integer('maskHead')], row: integer('maskRow') };
  return {
    batch: integer('batch'),
    heads: integer('heads'),
    asking: integer('asking'),
    seen: integer('seen'),
    width: integer('width'),
    scale: float('scale'),
    mask: which === 'masked' ? strides : null,
    isCausal: integer('causal') === 1,
  };
}
