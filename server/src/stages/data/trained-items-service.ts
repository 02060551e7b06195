import type { Split } from '@greenlight/shared/stages/data/content.ts';
import { AppError } from '../../plugins/app-error.ts';
import { itemsIn, keyOf, type OpenContent } from './compare-contents.ts';
import type { DataService } from './service.ts';
import type { TrainedItemsStore } from './trained-items-store.ts';

/** Tells whether what a run is measured on was trained on before the run began. */
export interface TrainedItemsService {
  /**
   * Whether an item of this split of a run's data is, by its text, also a training item of a run whose checkpoint it began with, directly or
   * through others, on other data. Where such data was deleted nobody can tell, and that counts as yes.
   */
  wereTrainedOn(runId: string, split: Split): Promise<boolean>;
}

async function keysOf(open: OpenContent, split: Split): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const item of itemsIn(open)) if (item.split === split) keys.add(keyOf(item));
  return keys;
}

/** Answers that are kept. */
const MOST_KNOWN = 100;

/** Builds the service on its store and the data's. */
export function createTrainedItemsService(
  store: TrainedItemsStore,
  openContent: DataService['openContent'],
): TrainedItemsService {
  /** The last answers, found or on their way: a worker that did not wait for one asks again, and it is not looked for twice. */
  const found = new Map<string, Promise<boolean>>();
  const opened = (id: string) => async () => (await openContent(id)).stream;

  async function look(runId: string, split: Split): Promise<boolean> {
    const { own, earlier } = await store.dataOf(runId);
    if (own === null || earlier.length === 0) return false;
    try {
      const held = await keysOf(opened(own), split);
      for (const id of earlier) {
        for await (const item of itemsIn(opened(id))) if (item.split === 'train' && held.has(keyOf(item))) return true;
      }
      return false;
    } catch (error) {
      if (error instanceof AppError && error.code === 'content-deleted') return true;
      throw error;
    }
  }

  return {
    wereTrainedOn(runId, split) {
      const key = `${runId} ${split}`;
      const known = found.get(key) ?? look(runId, split);
      found.delete(key);
      found.set(key, known);
      known.catch(() => found.delete(key));
      for (const oldest of found.keys()) if (found.size > MOST_KNOWN) found.delete(oldest);
      return known;
    },
  };
}
