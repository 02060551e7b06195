import type { GraphNode } from './graph-builder.ts';

/** The node that makes each value, and how often it is read: by nodes, and from outside where it is an output. */
export function usesOf(
  nodes: readonly GraphNode[],
  outputs: Iterable<string>,
): { makers: Map<string, GraphNode>; readers: Map<string, number> } {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const readers = new Map<string, number>();
  for (const name of [...nodes.flatMap(({ inputs }) => inputs), ...outputs]) {
    readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  return { makers, readers };
}
