import { datasetItem, type DatasetItem } from './content.ts';
import { textDatasetContent } from './contract.ts';
import { itemsOf } from './rules.ts';

/** The items of a stored line that holds a whole version by split, as the first versions did; null for a line of one item. */
export function wholeVersion(parsed: unknown): DatasetItem[] | null {
  const isWhole = typeof parsed === 'object' && parsed !== null && 'train' in parsed;
  return isWhole ? itemsOf(textDatasetContent.parse(parsed)) : null;
}

/** The items of a stored line; throws where it does not have the contract's form. */
export function itemsOfLine(line: string): DatasetItem[] {
  const parsed: unknown = JSON.parse(line);
  return wholeVersion(parsed) ?? [datasetItem.parse(parsed)];
}
