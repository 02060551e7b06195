import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { orderedTasks, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { MAX_SAMPLES, type DatasetComparison } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import { itemsOfLine } from '@greenlight/shared/stages/data/stored-line.ts';
import { saying } from './split-texts.ts';

/** Opens the stored lines of a version. */
export type OpenContent = () => Promise<Readable>;

/** The items of a version, in order. */
async function* itemsIn(open: OpenContent): AsyncGenerator<DatasetItem> {
  const input = await open();
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== '') yield* itemsOfLine(line);
    }
  } finally {
    input.destroy();
  }
}

/** What an item says, a text or an image with its path, in 16 bytes: texts themselves would not fit into memory. */
function keyOf(item: Pick<DatasetItem, 'text' | 'image'>): string {
  return createHash('sha256').update(saying(item)).digest().toString('latin1', 0, 16);
}

/** Gives equal answers of items one number each. */
class Answers {
  readonly #numbers = new Map<string, number>();

  numberOf({ split, labels, value, tasks }: DatasetItem): number {
    const answer = JSON.stringify([split, labels?.toSorted(), value, orderedTasks(tasks)]);
    const known = this.#numbers.get(answer);
    if (known !== undefined) return known;
    this.#numbers.set(answer, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  splitOf(number: number): string {
    const answer = [...this.#numbers.keys()][number]!;
    return (JSON.parse(answer) as [string])[0];
  }
}

function addSample(samples: string[], { text }: DatasetItem): void {
  if (samples.length < MAX_SAMPLES) samples.push(maskedText(text));
}

/** Compares two contents item by item; each text counts as often as it occurs. Holds some 100 bytes an item of the first. */
export async function compareContents(before: OpenContent, after: OpenContent): Promise<DatasetComparison> {
  const answers = new Answers();
  const left = new Map<string, number[]>();
  for await (const item of itemsIn(before)) {
    const key = keyOf(item);
    const known = left.get(key);
    if (known === undefined) left.set(key, [answers.numberOf(item)]);
    else known.push(answers.numberOf(item));
  }
  const counts = { kept: 0, added: 0, removed: 0, moved: 0, relabelled: 0 };
  const samples = { added: [], removed: [], moved: [], relabelled: [] };
  const changed: { item: DatasetItem; key: string }[] = [];
  for await (const item of itemsIn(after)) {
    const key = keyOf(item);
    const known = left.get(key);
    const same = known?.indexOf(answers.numberOf(item)) ?? -1;
    if (known === undefined || known.length === 0) {
      counts.added++;
      addSample(samples.added, item);
    } else if (same !== -1) {
      counts.kept++;
      known.splice(same, 1);
    } else {
      // A later repetition of the same text may be the one that stayed as it was.
      changed.push({ item, key });
    }
  }
  for (const { item, key } of changed) {
    const number = left.get(key)!.shift();
    const kind = number === undefined ? 'added' : answers.splitOf(number) === item.split ? 'relabelled' : 'moved';
    counts[kind]++;
    addSample(samples[kind], item);
  }
  for (const numbers of left.values()) counts.removed += numbers.length;
  if (counts.removed > 0) {
    for await (const item of itemsIn(before)) {
      if (samples.removed.length === MAX_SAMPLES) break;
      const known = left.get(keyOf(item));
      if (known !== undefined && known.length > 0) {
        known.pop();
        addSample(samples.removed, item);
      }
    }
  }
  return { ...counts, samples };
}
