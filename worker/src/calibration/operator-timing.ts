import { encodeModel } from '../graph/encode.ts';
import type { GraphNode } from '../graph/graph-builder.ts';
import { shapeSize } from '../model/parameters.ts';
import { canAvoidOutputCopies, runInto } from '../runtime/output-copies.ts';
import { cpuSessionOptions, openSession, tensorOver } from '../runtime/sessions.ts';

/** Nodes that compute `y` from `a` and `b`, and the shapes of all three. */
export interface TimedGraph {
  nodes: readonly Pick<GraphNode, 'operator' | 'inputs' | 'outputs'>[];
  a: readonly number[];
  b: readonly number[];
  y: readonly number[];
}

/** Times in milliseconds of several runs of a graph on the processor, in the order of the runs. */
export async function runTimesMs({ nodes, ...shapes }: TimedGraph, repeats: number): Promise<number[]> {
  const plain = { domain: '', attributes: {} };
  const avoidsCopies = await canAvoidOutputCopies(cpuSessionOptions());
  const sequence = avoidsCopies ? 'sequence' : null;
  const bytes = encodeModel({
    nodes: [
      ...nodes.map((node) => ({ ...plain, ...node })),
      { ...plain, operator: 'Neg', inputs: ['small'], outputs: ['negative'] },
      ...(avoidsCopies
        ? [{ ...plain, operator: 'SequenceConstruct', inputs: ['negative'], outputs: ['sequence'] }]
        : []),
    ],
    initialisers: [],
    inputs: [
      ...(['a', 'b'] as const).map((name) => ({ name, shape: [...shapes[name]], type: 'float32' as const })),
      { name: 'small', shape: [1], type: 'float32' },
    ],
    outputs: [
      { name: 'y', shape: [...shapes.y], type: 'float32' },
      { name: 'negative', shape: [1], type: 'float32' },
    ],
    sequenceOutput: sequence,
  });
  const session = await openSession(bytes, cpuSessionOptions());
  try {
    const tensor = (shape: readonly number[]) => tensorOver(new Float32Array(shapeSize(shape)).fill(0.5), shape);
    const feeds = { a: tensor(shapes.a), b: tensor(shapes.b), small: tensor([1]) };
    const fetches = { y: tensor(shapes.y), negative: tensor([1]) };
    const times: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const started = performance.now();
      await runInto(session, feeds, fetches, sequence);
      times.push(performance.now() - started);
    }
    return times;
  } finally {
    await session.release();
  }
}
