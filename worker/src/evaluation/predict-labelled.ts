import { heldOutOrder, labelsOfMembers, makeLabelledBatch } from '../data/batches.ts';
import { auxiliaryHeadOf, type HeadLabels, type Labels } from '../data/labels.ts';
import { shuffledIndices, STREAMS } from '../data/shuffle.ts';
import type { Head } from '../model/settings.ts';
import type { Engine } from '../training/engine.ts';

/** What a classifier answered for N items, in their order. */
export interface LabelledPredictions {
  head: Head;
  items: number;
  /** [N × head.outputs], row-major: probabilities, or predicted numbers. */
  outputs: Float32Array;
  /** The true labels as `Labels` has them. */
  labels: Int32Array | Float32Array;
}

/** Labelled items as token ids. */
export interface LabelledData {
  ids: readonly Int32Array[];
  labels: Labels;
  /** What the further heads should answer, in their order. */
  auxiliary: readonly HeadLabels[];
}

/** What a head answered for all items, whether or not somebody knows what it should have. */
export interface PartlyKnown extends LabelledPredictions {
  /** [N] 1 where the label is known; absent where every one is. */
  known?: Uint8Array;
}

/** What a further head answered for all items, known or not. */
export interface HeadPredictions extends PartlyKnown {
  auxiliary: HeadLabels;
}

/** What every head of a classifier answered for the same items. */
export interface Predictions {
  /** Which items were answered, by their place in the list that was given. */
  members: readonly number[];
  first: PartlyKnown;
  further: readonly HeadPredictions[];
}

/** The predictions of a head for the items whose answer is known. */
export function knownPredictions({ head, items, outputs, labels, known }: PartlyKnown): LabelledPredictions {
  if (known === undefined) return { head, items, outputs, labels };
  const rows = [...known.keys()].filter((row) => known[row] === 1);
  const answered = labelsOfMembers({ values: outputs, width: head.outputs }, rows) as Float32Array;
  const width = labels.length / Math.max(1, items);
  return { head, items: rows.length, outputs: answered, labels: labelsOfMembers({ values: labels, width }, rows) };
}

/**
 * Answers for labelled items; of more than `mostItems`, or `maxPairs` items × outputs, only as many whole items as fit, chosen by the
 * seed. The texts run shortest first; the result is in the order of the items.
 */
export async function predictLabelled(
  engine: Engine,
  head: Head,
  data: LabelledData,
  { maxPairs, seed, mostItems = Infinity }: { maxPairs: number; seed: number; mostItems?: number },
): Promise<Predictions> {
  const heads = data.auxiliary.map((auxiliary) => auxiliaryHeadOf(auxiliary.head));
  const width = heads.reduce((sum, further) => sum + further.outputs, head.outputs);
  const most = Math.max(1, Math.min(mostItems, Math.floor(maxPairs / width)));
  const all = data.ids.map((_, index) => index);
  const members =
    all.length <= most ? all : [...shuffledIndices(all.length, seed, STREAMS.heldOutOrder).subarray(0, most)];
  const ids = members.map((member) => data.ids[member] ?? new Int32Array(0));
  const { known: isKnown } = data.labels;
  const known = isKnown === undefined ? {} : { known: Uint8Array.from(members, (member) => isKnown[member] ?? 0) };
  const labels: Labels = { values: labelsOfMembers(data.labels, members), width: data.labels.width, ...known };
  const auxiliary = data.auxiliary.map((one): HeadLabels => ({
    ...one,
    values: labelsOfMembers(one, members),
    known: Uint8Array.from(members, (member) => one.known[member] ?? 0),
  }));
  const first = {
    head,
    items: ids.length,
    outputs: new Float32Array(ids.length * head.outputs),
    labels: labels.values,
    ...known,
  };
  const further = heads.map((one, index): HeadPredictions => {
    const answers = auxiliary[index] as HeadLabels;
    const answered = new Float32Array(ids.length * one.outputs);
    return {
      ...{ head: one, items: ids.length, outputs: answered },
      ...{ labels: answers.values, known: answers.known, auxiliary: answers },
    };
  });
  for (const rows of heldOutOrder(ids, 0)) {
    const answered = await engine.forward(makeLabelledBatch(ids, labels, rows, auxiliary));
    putRows(first, rows, answered.outputs);
    further.forEach((one, index) => putRows(one, rows, answered.auxiliary[index] ?? new Float32Array(0)));
  }
  return { members, first, further };
}

/** Puts what was answered for a batch into the places of its items. */
function putRows({ head, outputs }: LabelledPredictions, rows: readonly number[], answered: Float32Array): void {
  rows.forEach((row, index) => {
    outputs.set(answered.subarray(index * head.outputs, (index + 1) * head.outputs), row * head.outputs);
  });
}
