import type { GraphNode } from '../graph/graph-builder.ts';
import type { Finish, ProductSizes } from './product-plan.ts';

/** The operators' domain in an ONNX file. */
export const PRODUCT_DOMAIN = 'greenlight';

/** The operators, by what they do with a product, and how many inputs each has. */
export const OPERATORS = [
  { name: 'Product', inputs: 2 },
  { name: 'ProductWithBias', inputs: 3 },
  { name: 'SoftmaxOfProduct', inputs: 2 },
  { name: 'SoftmaxOfMaskedProduct', inputs: 3 },
  { name: 'SoftmaxGradientOfProduct', inputs: 4 },
] as const;

/** Places in `OPERATORS`, which nodes name as their `finish`. */
const PLACES = { none: 0, bias: 1, softmax: 2, maskedSoftmax: 3, softmaxGradient: 4 } as const;

function placeOf(finish: Finish): number {
  return finish.kind === 'softmax' && finish.mask !== null ? PLACES.maskedSoftmax : PLACES[finish.kind];
}

/** What a node says of a product; `readProduct` reads it again. */
export function productNode(sizes: ProductSizes): Pick<GraphNode, 'operator' | 'domain' | 'attributes'> {
  const [before = 1, between = 1] = sizes.outer;
  const { finish } = sizes;
  const place = placeOf(finish);
  const mask = finish.kind === 'softmax' ? finish.mask : null;
  const numbers = {
    rank: sizes.outer.length + 2,
    before,
    between,
    rows: sizes.rows,
    depth: sizes.depth,
    columns: sizes.columns,
    transposeA: Number(sizes.transposeA),
    transposeB: Number(sizes.transposeB),
    finish: place,
    relu: Number(finish.kind === 'bias' && finish.relu),
    interleavedA: Number(sizes.interleaved.a),
    interleavedB: Number(sizes.interleaved.b),
    interleavedResult: Number(sizes.interleaved.result),
    maskBefore: mask?.outer[0] ?? 0,
    maskBetween: mask?.outer[1] ?? 0,
    maskRow: mask?.row ?? 0,
  };
  const attributes = Object.fromEntries(Object.entries(numbers).map(([name, int]) => [name, { int }]));
  return {
    operator: OPERATORS[place]?.name ?? '',
    domain: PRODUCT_DOMAIN,
    attributes: { ...attributes, scale: { float: sizes.scale } },
  };
}

/** What a node says, from functions that give its attributes by name. */
export function readProduct(integer: (name: string) => number, float: (name: string) => number): ProductSizes {
  const outer = integer('rank') === 2 ? [] : [integer('before'), integer('between')];
  const mask = {
    outer: [integer('maskBefore'), integer('maskBetween')].slice(0, outer.length),
    row: integer('maskRow'),
  };
  const finishes: Finish[] = [
    { kind: 'none' },
    { kind: 'bias', relu: integer('relu') === 1 },
    { kind: 'softmax', mask: null },
    { kind: 'softmax', mask },
    { kind: 'softmaxGradient' },
  ];
  return {
    outer,
    rows: integer('rows'),
    depth: integer('depth'),
    columns: integer('columns'),
    transposeA: integer('transposeA') === 1,
    transposeB: integer('transposeB') === 1,
    scale: float('scale'),
    interleaved: {
      a: integer('interleavedA') === 1,
      b: integer('interleavedB') === 1,
      result: integer('interleavedResult') === 1,
    },
    finish: finishes[integer('finish')] ?? { kind: 'none' },
  };
}
