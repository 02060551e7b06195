import { createReadStream } from 'node:fs';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { itemsOfLine } from '@greenlight/shared/stages/data/stored-line.ts';

/** The items of a dataset version, by split; where a split was left empty it is the training items' own list. */
export interface Dataset {
  train: readonly DatasetItem[];
  validation: readonly DatasetItem[];
  test: readonly DatasetItem[];
  /** Places of the test items in the version, from 1. */
  testNumbers: Int32Array;
}

/** Reads a dataset version (JSON Lines) from the file that the server sent; throws when a line does not have the contract's form. */
export async function readDataset(path: string): Promise<Dataset> {
  const splits = { train: [] as DatasetItem[], validation: [] as DatasetItem[], test: [] as DatasetItem[] };
  const numbers: Record<keyof typeof splits, number[]> = { train: [], validation: [], test: [] };
  let number = 0;
  for await (const line of linesOf(createReadStream(path, 'utf8'))) {
    if (line.trim() === '') continue;
    for (const item of itemsOfLine(line)) {
      splits[item.split].push(item);
      numbers[item.split].push(++number);
    }
  }
  const orTrain = (items: DatasetItem[]) => (items.length > 0 ? items : splits.train);
  const testNumbers = Int32Array.from(numbers[splits.test.length > 0 ? 'test' : 'train']);
  return { train: splits.train, validation: orTrain(splits.validation), test: orTrain(splits.test), testNumbers };
}

/** Lines that end in a line feed; Node's own reader also ends them at Unicode's separators, which JSON leaves inside texts. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = chunk.split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
