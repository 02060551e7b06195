import { expect } from 'vitest';
import { encodeModel } from '../../graph/encode.ts';
import type { GraphNode } from '../../graph/graph-builder.ts';
import { OwnSession, release } from '../../runtime/own-session.ts';
import { guarded, overwrittenBeside, type Guarded } from './run-operator.ts';

/** Numbers in −1…1; see `guarded`. */
export function drawn(shape: readonly number[], seed: number, room?: number): Guarded {
  return guarded(shape, seed, { range: 1, ...(room === undefined ? {} : { room }) });
}

/** A session of one node whose inputs may have any sizes. */
export async function openNode(
  node: Pick<GraphNode, 'operator' | 'domain' | 'attributes'>,
  inputs: Record<string, Guarded>,
  outputs: Record<string, number>,
  threads: number,
): Promise<OwnSession> {
  const anySize = (name: string, rank: number) => ({
    name,
    shape: Array.from({ length: rank }, () => 1),
    type: 'float32' as const,
    symbols: Object.fromEntries(Array.from({ length: rank }, (_, axis) => [axis, `${name}${axis}`])),
  });
  const [first = ''] = Object.keys(outputs);
  const bytes = encodeModel({
    nodes: [{ ...node, inputs: Object.keys(inputs), outputs: Object.keys(outputs) }],
    initialisers: [],
    inputs: Object.entries(inputs).map(([name, { shape }]) => anySize(name, shape.length)),
    outputs: [anySize(first, outputs[first] ?? 1)],
    sequenceOutput: null,
  });
  return OwnSession.open(bytes, { threads, settings: {} });
}

/** Runs it, and looks that nothing is written beside its outputs. */
export function runInto(session: OwnSession, inputs: Record<string, Guarded>, outputs: Record<string, Guarded>): void {
  const [given, written] = [session.bindAll(inputs), session.bindAll(outputs)];
  try {
    session.run(given, written);
  } finally {
    release(given);
    release(written);
  }
  expect(overwrittenBeside(Object.values(outputs))).toBe(0);
}
