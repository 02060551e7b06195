import { encodeModel } from '../graph/encode.ts';
import type { GraphNode, TensorSpec } from '../graph/graph-builder.ts';
import { shapeSize } from '../model/parameters.ts';
import { productNode } from '../products/product-node.ts';
import { ownOperators } from '../products/own-operators.ts';
import { canAvoidOutputCopies, runInto } from '../runtime/output-copies.ts';
import { OwnSession, release } from '../runtime/own-session.ts';
import { cpuSessionOptions, openSession, ownSessionOptions, tensorOver } from '../runtime/sessions.ts';

/** Nodes that compute `y` from `a` and `b`, and the shapes of all three. */
export interface TimedGraph {
  nodes: readonly (Pick<GraphNode, 'operator' | 'inputs' | 'outputs'> & Partial<GraphNode>)[];
  a: readonly number[];
  b: readonly number[];
  y: readonly number[];
}

/** A product of two matrices as training on this machine computes it. */
export async function productGraph(rows: number, depth: number, columns: number): Promise<TimedGraph> {
  const sizes = { rows, depth, columns, transposeA: false, transposeB: false };
  const isOwn = (await ownOperators()) !== null;
  const node = isOwn ? productNode({ ...sizes, finish: { kind: 'none' } }) : { operator: 'MatMul' };
  const nodes = [{ ...node, inputs: ['a', 'b'], outputs: ['y'] }];
  return { nodes, a: [rows, depth], b: [depth, columns], y: [rows, columns] };
}

/** Times in milliseconds of several runs of a graph on the processor, in the order of the runs, in the kind of session that trains. */
export async function runTimesMs(graph: TimedGraph, repeats: number): Promise<number[]> {
  const { run, close } = await openTimed(graph, (await ownOperators()) !== null);
  try {
    const times: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const started = performance.now();
      await run();
      times.push(performance.now() - started);
    }
    return times;
  } finally {
    await close();
  }
}

/** A graph that can be run again and again on the same numbers. */
interface OpenGraph {
  run(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a graph in the kind of session that trains: where this project's own operators run, one that has them. */
export function openTimed(graph: TimedGraph, hasOwnOperators: boolean): Promise<OpenGraph> {
  return hasOwnOperators ? openOwn(graph) : openBound(graph);
}

const PLAIN = { domain: '', attributes: {} };

function spec(name: string, shape: readonly number[]): TensorSpec {
  return { name, shape: [...shape], type: 'float32' };
}

function filled(shape: readonly number[]) {
  return { data: new Float32Array(shapeSize(shape)).fill(0.5), shape };
}

async function openOwn({ nodes, a, b, y }: TimedGraph): Promise<OpenGraph> {
  const bytes = encodeModel({
    nodes: nodes.map((node) => ({ ...PLAIN, ...node })),
    initialisers: [],
    inputs: [spec('a', a), spec('b', b)],
    outputs: [spec('y', y)],
    sequenceOutput: null,
  });
  const session = await OwnSession.open(bytes, ownSessionOptions());
  const [inputs, outputs] = [session.bindAll({ a: filled(a), b: filled(b) }), session.bindAll({ y: filled(y) })];
  return {
    run: () => Promise.resolve(session.run(inputs, outputs)),
    close: () => {
      release(inputs);
      release(outputs);
      return Promise.resolve(session.close());
    },
  };
}

/** Through ONNX Runtime's Node binding, without the copies of results that it makes where that can be helped. */
async function openBound({ nodes, ...shapes }: TimedGraph): Promise<OpenGraph> {
  const avoidsCopies = await canAvoidOutputCopies(cpuSessionOptions());
  const sequence = avoidsCopies ? 'sequence' : null;
  const bytes = encodeModel({
    nodes: [
      ...nodes.map((node) => ({ ...PLAIN, ...node })),
      { ...PLAIN, operator: 'Neg', inputs: ['small'], outputs: ['negative'] },
      ...(avoidsCopies
        ? [{ ...PLAIN, operator: 'SequenceConstruct', inputs: ['negative'], outputs: ['sequence'] }]
        : []),
    ],
    initialisers: [],
    inputs: [spec('a', shapes.a), spec('b', shapes.b), spec('small', [1])],
    outputs: [spec('y', shapes.y), spec('negative', [1])],
    sequenceOutput: sequence,
  });
  const session = await openSession(bytes, cpuSessionOptions());
  const tensor = (shape: readonly number[]) => tensorOver(filled(shape).data, shape);
  const feeds = { a: tensor(shapes.a), b: tensor(shapes.b), small: tensor([1]) };
  const fetches = { y: tensor(shapes.y), negative: tensor([1]) };
  return { run: () => runInto(session, feeds, fetches, sequence), close: () => session.release() };
}
