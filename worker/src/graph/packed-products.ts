import type * as tf from '@tensorflow/tfjs';
import { MOST_HEAD_VECTORS, LANES } from '../products/layout.ts';
import { cachedAttentionNode, PACKED_PRODUCTS, packedProductNode, promptAttentionNode } from '../products/open-node.ts';
import type { GraphNode, TensorSpec } from './graph-builder.ts';
import { maskSizes } from './own-attention.ts';
import { appendOwn } from './own-node.ts';
import { asTensor, traceBackend } from './trace-backend.ts';
import { usesOf } from './uses.ts';

/*
 * Layers of graphs that write text, by this project's own operators for any number of rows: weights do not change while text is written, and are fed packed.
 */

/** Marks an input as one whose numbers are fed packed. */
function packedInput(weight: tf.Tensor): string {
  const name = traceBackend.nameOf(weight);
  const input = traceBackend.builder.inputs.find((spec) => spec.name === name);
  if (input === undefined) throw new Error('Only a weight that the graph is given can be fed packed');
  input.packed = true;
  return name;
}

/** x [N, in]·weight [in, out] + bias [out] → [N, out], or what of it is above 0. */
export function packedAffine(x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor, relu: boolean): tf.Tensor {
  const [depth = 1, columns = 1] = weight.shape;
  const { operator, ...node } = packedProductNode({ depth, columns, finish: relu ? 'relu' : 'bias', heads: null });
  const inputs = [traceBackend.nameOf(x), packedInput(weight), traceBackend.nameOf(bias)];
  return appendOwn(operator, inputs, node, [[x.shape[0] ?? 1, columns]])[0] as tf.Tensor;
}

/** Whether heads of that size are read by these operators. */
export function canReadHeads(headSize: number): boolean {
  return headSize <= MOST_HEAD_VECTORS * LANES;
}

/** Whether attention of whole prompts by these operators takes such a mask: one that is the same for all heads. */
export function canMask(mask: tf.Tensor): boolean {
  const [, heads] = maskSizes(mask);
  return heads === 1;
}

/** Attention of whole prompts, as `Operations.attention`, without gradients. Heads are read where a product wrote them, which reshaping does not change. */
export function packedAttention(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor, mask: tf.Tensor): tf.Tensor {
  const { builder } = traceBackend;
  const [texts = 1, asking = 1, heads = 1, headSize = 1] = queries.shape;
  const [ofTexts, , ofTokens] = maskSizes(mask);
  const { operator, ...node } = promptAttentionNode({
    heads,
    headSize,
    scale: 1 / Math.sqrt(headSize),
    texts,
    asking,
    seen: keys.shape[1] ?? 1,
    maskByText: ofTexts !== 1,
    maskByToken: ofTokens !== 1,
  });
  const inputs = [queries, keys, values, mask].map((tensor) => {
    const name = traceBackend.nameOf(tensor);
    return builder.reshapes.get(name)?.name ?? name;
  });
  return appendOwn(operator, inputs, node, [queries.shape])[0] as tf.Tensor;
}

/** Attention of each text's newest token, [B, 1, h, k], over keys and values [S, B, h, k]; what was joined only for that is read in its two parts. */
export function packedCachedAttention(
  queries: tf.Tensor,
  keys: tf.Tensor,
  values: tf.Tensor,
  mask: tf.Tensor,
): tf.Tensor {
  const { builder } = traceBackend;
  const [, , heads = 1, headSize = 1] = queries.shape;
  const [keyParts, valueParts] = [partsOf(traceBackend.nameOf(keys)), partsOf(traceBackend.nameOf(values))];
  const isGrowing = keyParts.length === 2 && valueParts.length === 2;
  const [pastKeys = '', freshKeys = ''] = isGrowing ? keyParts : [traceBackend.nameOf(keys)];
  const [pastValues = '', freshValues = ''] = isGrowing ? valueParts : [traceBackend.nameOf(values)];
  const scale = 1 / Math.sqrt(headSize);
  const { operator, ...node } = cachedAttentionNode({ heads, headSize, scale, isGrowing });
  const inputs = [traceBackend.nameOf(queries), pastKeys, pastValues, traceBackend.nameOf(mask)];
  const result = builder.freshName();
  const outputs = [result, builder.freshName()];
  builder.addNode(operator, isGrowing ? [...inputs, freshKeys, freshValues] : inputs, outputs, node);
  return asTensor(traceBackend.value(result, queries.shape, 'float32'));
}

/** The values that were joined along the first dimension to make this one. */
function partsOf(name: string): string[] {
  const joined = traceBackend.builder.nodes.find((node) => node.outputs.includes(name));
  const axis = joined?.attributes['axis'];
  const isJoined = joined?.operator === 'Concat' && axis !== undefined && 'int' in axis && axis.int === 0;
  return isJoined ? joined.inputs : [name];
}

/** Lets products write an output of the graph by heads, [1, N, h, k], where they were only reshaped to that. */
export function withHeadsWritten(nodes: readonly GraphNode[], outputs: readonly TensorSpec[]): GraphNode[] {
  const { makers, readers } = usesOf(
    nodes,
    outputs.map(({ name }) => name),
  );
  const headsOf = new Map(
    outputs.flatMap(({ name, shape }) =>
      shape.length === 4 && shape[0] === 1 ? [[name, shape[2] ?? 1] as const] : [],
    ),
  );
  const merged = new Set<GraphNode>();
  const written = nodes.map((node): GraphNode => {
    const [name = ''] = node.inputs;
    const heads = headsOf.get(node.outputs[0] ?? '');
    const product = makers.get(name);
    if (node.operator !== 'Reshape' || heads === undefined || product?.operator !== PACKED_PRODUCTS.plain) return node;
    if (readers.get(name) !== 1) return node;
    merged.add(product);
    return { ...product, attributes: { ...product.attributes, heads: { int: heads } }, outputs: node.outputs };
  });
  return written.filter((node) => !merged.has(node));
}
