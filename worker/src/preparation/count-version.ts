import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { LabelsError } from '@greenlight/shared/stages/data/labels-error.ts';
import { summariseItems, type ItemsSummary } from '@greenlight/shared/stages/data/rules.ts';
import { fileLines } from '../data/file-lines.ts';
import { chunkPaths } from './chunk-files.ts';
import type { CountTask } from './thread-protocol.ts';

const PREVIEW_ITEMS = 20;
const PREVIEW_CHARACTERS = 500;

/** What a version's row says of its items, with its first texts. */
export type VersionCount = ItemsSummary & { readonly preview: readonly string[] };

/** The count, or why the items cannot be one version: as data, because an error that crosses threads loses its class. */
export type CountOutcome =
  | VersionCount
  | { readonly problem: { readonly inEnglish: string; readonly inChinese: string } };

/** Counts the items of a stage by the rules of every version. */
export function countVersion({ folder, chunks }: CountTask): CountOutcome {
  const preview: string[] = [];
  function* items(): Generator<DatasetItem> {
    for (let chunk = 0; chunk < chunks; chunk++) {
      for (const line of fileLines(chunkPaths(folder, chunk).items)) {
        // The splits are not drawn yet, and nothing that is counted depends on them.
        const item = JSON.parse(line) as DatasetItem;
        if (preview.length < PREVIEW_ITEMS) preview.push(item.text.slice(0, PREVIEW_CHARACTERS));
        yield item;
      }
    }
  }
  try {
    return { ...summariseItems(items()), preview };
  } catch (error) {
    if (!(error instanceof LabelsError)) throw error;
    return { problem: { inEnglish: error.message, inChinese: error.inChinese } };
  }
}

/** The count of an outcome; throws `LabelsError` where there is none. */
export function countOf(outcome: CountOutcome): VersionCount {
  if ('problem' in outcome) throw new LabelsError(outcome.problem.inEnglish, outcome.problem.inChinese);
  return outcome;
}
