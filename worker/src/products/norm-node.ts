import type { GraphNode } from '../graph/graph-builder.ts';
import { OWN_DOMAIN, type NORM_ARRAYS } from './layout.ts';
import type { NormSizes } from './norm-plan.ts';

type Role = keyof typeof NORM_ARRAYS;

/** The operators of layer normalisation, with the roles of their inputs and outputs in order. */
export const NORM_OPERATORS = {
  forward: {
    name: 'LayerNorm',
    inputs: ['x', 'gain', 'bias'],
    outputs: ['result', 'mean', 'inverseDeviation'],
  },
  gradient: {
    name: 'LayerNormGradient',
    inputs: ['dy', 'x', 'gain', 'mean', 'inverseDeviation'],
    outputs: ['result', 'gainGradient', 'biasGradient'],
  },
  gradientPlus: {
    name: 'SumWithLayerNormGradient',
    inputs: ['dy', 'x', 'gain', 'mean', 'inverseDeviation', 'addend'],
    outputs: ['result', 'gainGradient', 'biasGradient'],
  },
} as const satisfies Record<string, { name: string; inputs: readonly Role[]; outputs: readonly Role[] }>;

/** What a node says of a layer normalisation; `readNorm` reads it again. */
export function normNode(
  which: keyof typeof NORM_OPERATORS,
  { rows, width, epsilon }: NormSizes,
): Pick<GraphNode, 'operator' | 'domain' | 'attributes'> {
  return {
    operator: NORM_OPERATORS[which].name,
    domain: OWN_DOMAIN,
    attributes: { rows: { int: rows }, width: { int: width }, epsilon: { float: epsilon } },
  };
}

/** What a node says, from functions that give its attributes by name. */
export function readNorm(integer: (name: string) => number, float: (name: string) => number): NormSizes {
  return { rows: integer('rows'), width: integer('width'), epsilon: float('epsilon') };
}
