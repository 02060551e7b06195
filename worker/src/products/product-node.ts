import type { GraphNode } from '../graph/graph-builder.ts';
import { OWN_DOMAIN, type PRODUCT_ARRAYS } from './layout.ts';
import { PLAIN_PRODUCT, type Finish, type ProductSizes } from './product-plan.ts';

type Role = keyof typeof PRODUCT_ARRAYS;

/** The operators for products of two matrices, with the roles of their inputs and outputs in order. */
export const PRODUCT_OPERATORS = {
  none: { name: 'Product', inputs: ['a', 'b'], outputs: ['result'] },
  bias: { name: 'ProductWithBias', inputs: ['a', 'b', 'vector'], outputs: ['result'] },
  addMatrix: { name: 'SumWithProduct', inputs: ['a', 'b', 'matrix'], outputs: ['result'] },
  addMatrixAndBias: { name: 'SumWithProductAndBias', inputs: ['a', 'b', 'vector', 'matrix'], outputs: ['result'] },
  reluGradient: { name: 'ReluGradientOfProduct', inputs: ['a', 'b', 'matrix'], outputs: ['result'] },
  sums: { name: 'ProductAndSums', inputs: ['a', 'b'], outputs: ['result', 'sums'] },
} as const satisfies Record<string, { name: string; inputs: readonly Role[]; outputs: readonly Role[] }>;

type ProductOperator = keyof typeof PRODUCT_OPERATORS;

/** A product of two matrices, and what is done with it. */
export interface MatrixProduct extends Pick<ProductSizes, 'rows' | 'depth' | 'columns' | 'transposeA' | 'transposeB'> {
  finish: Exclude<Finish, { kind: 'softmax' }>;
}

/** What a node says of a product; `readProduct` reads it again. */
export function productNode({
  finish,
  ...sizes
}: MatrixProduct): Pick<GraphNode, 'operator' | 'domain' | 'attributes'> {
  if (finish.kind === 'sums' && sizes.transposeB) throw new Error('Sums are taken of matrices that are not transposed');
  const which = finish.kind === 'addMatrix' && finish.bias ? 'addMatrixAndBias' : finish.kind;
  const numbers = {
    rows: sizes.rows,
    depth: sizes.depth,
    columns: sizes.columns,
    transposeA: Number(sizes.transposeA),
    transposeB: Number(sizes.transposeB),
    relu: Number(finish.kind === 'bias' && finish.relu),
  };
  const attributes = Object.fromEntries(Object.entries(numbers).map(([name, int]) => [name, { int }]));
  return { operator: PRODUCT_OPERATORS[which].name, domain: OWN_DOMAIN, attributes };
}

/** What a node of this operator says, from a function that gives its attributes by name. */
export function readProduct(which: ProductOperator, integer: (name: string) => number): ProductSizes {
  const finishes: Record<ProductOperator, Finish> = {
    none: { kind: 'none' },
    bias: { kind: 'bias', relu: integer('relu') === 1 },
    addMatrix: { kind: 'addMatrix', bias: false },
    addMatrixAndBias: { kind: 'addMatrix', bias: true },
    reluGradient: { kind: 'reluGradient' },
    sums: { kind: 'sums' },
  };
  return {
    ...PLAIN_PRODUCT,
    rows: integer('rows'),
    depth: integer('depth'),
    columns: integer('columns'),
    transposeA: integer('transposeA') === 1,
    transposeB: integer('transposeB') === 1,
    finish: finishes[which],
  };
}
