import { readFile } from 'node:fs/promises';
import { textDatasetContent } from '@greenlight/shared/stages/data/contract.ts';

/** The items of a dataset version, by split; where a split was left empty it holds the training items. */
export interface Dataset {
  train: readonly string[];
  validation: readonly string[];
  test: readonly string[];
}

/** Reads a dataset version from the file that the server sent; throws when it does not have the contract's form. */
export async function readDataset(path: string): Promise<Dataset> {
  const content = textDatasetContent.parse(JSON.parse(await readFile(path, 'utf8')));
  const orTrain = (items: readonly string[]) => (items.length > 0 ? items : content.train);
  return { train: content.train, validation: orTrain(content.validation), test: orTrain(content.test) };
}
