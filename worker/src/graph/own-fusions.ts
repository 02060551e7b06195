import { OWN_DOMAIN } from '../products/layout.ts';
import { NORM_OPERATORS } from '../products/norm-node.ts';
import { PACKED_PRODUCTS } from '../products/open-node.ts';
import { PRODUCT_OPERATORS } from '../products/product-node.ts';
import type { GraphNode } from './graph-builder.ts';
import { usesOf } from './uses.ts';

/** Operators that can add one more array to their first output, and what they are then; the array becomes their last input. */
const WITH_ADDEND = new Map<string, string>([
  [PRODUCT_OPERATORS.none.name, PRODUCT_OPERATORS.addMatrix.name],
  [PRODUCT_OPERATORS.bias.name, PRODUCT_OPERATORS.addMatrixAndBias.name],
  [NORM_OPERATORS.gradient.name, NORM_OPERATORS.gradientPlus.name],
  [PACKED_PRODUCTS.plain, PACKED_PRODUCTS.withAddend],
]);

/** The same for the gradient of a ReLU, whose result becomes the last input. */
const WITH_RELU_GRADIENT = new Map<string, string>([
  [PRODUCT_OPERATORS.none.name, PRODUCT_OPERATORS.reluGradient.name],
]);

/** What the fusions know of a graph. */
interface Values {
  nodes: readonly GraphNode[];
  /** Values that are read from outside. */
  outputs: ReadonlySet<string>;
  shapeOf(name: string): readonly number[] | undefined;
}

/**
 * Lets this project's own operators do what would be small operators behind them: add an array of the same shape, or take the gradient of a ReLU; and read what a Reshape
 * would give from where it is, since they go by addresses. Nodes that nothing needs any more are still there.
 */
export function withOwnFusions({ nodes, outputs, shapeOf }: Values): GraphNode[] {
  const { makers, readers } = usesOf(nodes, outputs);
  const fused = new Map<GraphNode, GraphNode>();
  const gone = new Set<GraphNode>();

  /** The node that makes a value, where that is its first one, goes nowhere else, and its others are read from outside only. */
  const onlyMaker = (name: string): GraphNode | undefined => {
    const maker = makers.get(name);
    if (maker === undefined || maker.outputs[0] !== name || readers.get(name) !== 1 || outputs.has(name)) return;
    const others = maker.outputs
      .slice(1)
      .filter((output) => (readers.get(output) ?? 0) > (outputs.has(output) ? 1 : 0));
    return others.length === 0 ? maker : undefined;
  };
  /** Puts `last` behind a maker's inputs, and its first output in place of the node's. */
  const fuse = (node: GraphNode, name: string, last: string, operators: ReadonlyMap<string, string>): boolean => {
    const [result = ''] = node.outputs;
    const isAlike = [name, last].every((input) => sameShape(shapeOf(input), shapeOf(result)));
    const made = onlyMaker(name);
    const maker = made === undefined ? undefined : (fused.get(made) ?? made);
    const operator = operators.get(maker?.operator ?? '');
    if (!isAlike || made === undefined || maker === undefined || operator === undefined || cutsOff(maker)) return false;
    gone.add(made);
    const whole = { ...maker, operator, inputs: [...maker.inputs, last], outputs: [result, ...maker.outputs.slice(1)] };
    fused.set(node, whole);
    for (const output of whole.outputs) makers.set(output, node);
    return true;
  };

  for (const node of nodes) {
    const [left = '', right = ''] = node.inputs;
    if (node.operator === 'Add') {
      if (!fuse(node, right, left, WITH_ADDEND)) fuse(node, left, right, WITH_ADDEND);
    } else if (node.operator === 'Mul') {
      const step = makers.get(right);
      const [relu = ''] = step?.operator === 'HardSigmoid' ? step.inputs : [];
      if (relu !== '') fuse(node, left, relu, WITH_RELU_GRADIENT);
    }
  }
  const unshaped = (name: string): string => {
    const maker = makers.get(name);
    return maker?.operator === 'Reshape' ? unshaped(maker.inputs[0] ?? '') : name;
  };
  return nodes
    .filter((node) => !gone.has(node))
    .map((node) => {
      const now = fused.get(node) ?? node;
      return now.domain === OWN_DOMAIN ? { ...now, inputs: now.inputs.map(unshaped) } : now;
    });
}

/** Adding comes before a ReLU, and cannot follow it. */
function cutsOff({ attributes }: GraphNode): boolean {
  const relu = attributes['relu'];
  return relu !== undefined && 'int' in relu && relu.int === 1;
}

function sameShape(left: readonly number[] | undefined, right: readonly number[] | undefined): boolean {
  return left !== undefined && right !== undefined && left.join() === right.join();
}
