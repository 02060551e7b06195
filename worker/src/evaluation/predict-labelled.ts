import { heldOutOrder, makeLabelledBatch } from '../data/batches.ts';
import type { Labels } from '../data/labels.ts';
import { shuffledIndices, STREAMS } from '../data/shuffle.ts';
import type { ModelSettings } from '../model/settings.ts';
import type { Engine } from '../training/engine.ts';

/** Texts of one forward pass. */
const ROWS = 32;

/** The head of a classifier. */
export type Head = NonNullable<ModelSettings['head']>;

/** What a classifier answered for N items, in their order. */
export interface LabelledPredictions {
  head: Head;
  items: number;
  /** [N × head.outputs], row-major: probabilities, or predicted numbers. */
  outputs: Float32Array;
  /** The true labels as `Labels` has them. */
  labels: Int32Array | Float32Array;
}

/** The labels of some of the items. */
function labelsOfMembers({ values, width }: Labels, members: readonly number[]): Int32Array | Float32Array {
  const chosen = new (values instanceof Int32Array ? Int32Array : Float32Array)(members.length * width);
  members.forEach((member, row) => chosen.set(values.subarray(member * width, (member + 1) * width), row * width));
  return chosen;
}

/**
 * Answers for labelled items; of more than `maxPairs` items × outputs only as many whole items as fit, chosen by the seed. The texts
 * run shortest first; the result is in the order of the items.
 */
export async function predictLabelled(
  engine: Engine,
  head: Head,
  data: { ids: readonly Int32Array[]; labels: Labels },
  { maxPairs, seed }: { maxPairs: number; seed: number },
): Promise<LabelledPredictions> {
  const most = Math.max(1, Math.floor(maxPairs / head.outputs));
  const all = data.ids.map((_, index) => index);
  const members =
    all.length <= most ? all : [...shuffledIndices(all.length, seed, STREAMS.heldOutOrder).subarray(0, most)];
  const ids = members.map((member) => data.ids[member] ?? new Int32Array(0));
  const labels = { values: labelsOfMembers(data.labels, members), width: data.labels.width };
  const outputs = new Float32Array(ids.length * head.outputs);
  for (const rows of heldOutOrder(ids, ROWS)) {
    const answered = await engine.forward(makeLabelledBatch(ids, labels, rows));
    rows.forEach((row, index) => {
      const answer = answered.outputs.subarray(index * head.outputs, (index + 1) * head.outputs);
      outputs.set(answer, row * head.outputs);
    });
  }
  return { head, items: ids.length, outputs, labels: labels.values };
}
