import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { summariseItems, type ItemsSummary } from '@greenlight/shared/stages/data/rules.ts';
import { fileLines } from '../data/file-lines.ts';

const PREVIEW_ITEMS = 20;
const PREVIEW_CHARACTERS = 500;

/** Counts the items of a version's file by the rules of every version, with its first texts; throws `LabelsError`. */
export function summariseFile(path: string): ItemsSummary & { readonly preview: readonly string[] } {
  const preview: string[] = [];
  function* items(): Generator<DatasetItem> {
    for (const line of fileLines(path)) {
      const item = JSON.parse(line) as DatasetItem;
      if (preview.length < PREVIEW_ITEMS) preview.push(item.text.slice(0, PREVIEW_CHARACTERS));
      yield item;
    }
  }
  return { ...summariseItems(items()), preview };
}
