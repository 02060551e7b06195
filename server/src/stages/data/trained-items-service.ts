import type { Split } from '@greenlight/shared/stages/data/content.ts';
import type { SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import { AppError } from '../../plugins/app-error.ts';
import { HeldTexts } from './held-texts.ts';
import type { DataService } from './service.ts';
import { eachOfSplit } from './split-texts.ts';
import type { Measured, TrainedItemsStore, ValidationFacts } from './trained-items-store.ts';

/** Tells how much of what a model is measured on it also learned from. */
export interface TrainedItemsService {
  /** Of a split of a run's version: by its own training items, and by those of the runs whose checkpoints it began with, directly or through others. */
  seenByRun(runId: string, split: Split): Promise<SeenInTraining>;
  /**
   * Of a split of a version that an imported model is measured on. What it learned from is known where its file is an export of a run of this project. Where it
   * only says so, that run's data and the version's own training items count; where it says nothing, the version's own.
   */
  seenByImported(modelFileId: string, datasetVersionId: string, split: Split): Promise<SeenInTraining>;
  /** Of the validation items of runs, by run, as far as it is known without reading data: what their own versions say. Runs of which nothing is known are left out. */
  seenInValidation(runIds: readonly string[]): Promise<Map<string, SeenInTraining>>;
}

/** Where a version holds nothing out, its training items stand in; else its leakage check tells. */
function seenOf({ items, train, validation, leak }: ValidationFacts): SeenInTraining | null {
  const none = { elsewhere: 0, near: null, isDataGone: false, origin: null };
  if (leak?.heldItems === 0 || items === train) return { ...none, texts: validation, exact: validation };
  if (leak === null) return null;
  return { ...none, texts: leak.heldItems, exact: leak.exact, near: leak.near };
}

/** Builds the service on its store and the data's. */
export function createTrainedItemsService(
  store: TrainedItemsStore,
  openContent: DataService['openContent'],
): TrainedItemsService {
  /** Answers on their way: a worker that did not wait for one asks again, and it is not looked for twice. */
  const found = new Map<string, Promise<SeenInTraining>>();
  /** Ends with the look that was asked for last: one at a time, so that any number of them takes the memory of one. */
  let last: Promise<unknown> = Promise.resolve();

  /** Reads a split of a version; false where its content was deleted. */
  async function read(versionId: string, split: Split, tell: (says: string) => void): Promise<boolean> {
    try {
      const { stream } = await openContent(versionId);
      await eachOfSplit(stream, split, tell);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'content-deleted') return false;
      throw error;
    }
  }

  async function look({ versionId, isOfVersion, elsewhere }: Measured, split: Split) {
    // A version whose test items are none, or all training items too, is said to be measured on those.
    const texts = await store.itemsOf(versionId, split === 'train' ? 'test' : split);
    if (split === 'train' && isOfVersion) return { texts, exact: texts, elsewhere: 0, near: null, isDataGone: false };
    const near = isOfVersion ? await store.nearOf(versionId, split) : null;
    const held = new HeldTexts(texts);
    let isDataGone = !(await read(versionId, split, (says) => held.add(says)));
    const meet = (says: string) => held.meet(says);
    if (isOfVersion && held.hasUnmet && !(await read(versionId, 'train', meet))) isDataGone = true;
    const exact = held.met;
    for (const id of elsewhere) {
      if (held.hasUnmet && !(await read(id, 'train', meet))) isDataGone = true;
    }
    return { texts, exact, elsewhere: held.met - exact, near, isDataGone };
  }

  function answered(key: string, answer: () => Promise<SeenInTraining>): Promise<SeenInTraining> {
    const known = found.get(key);
    if (known !== undefined) return known;
    const asked = last.then(answer);
    found.set(key, asked);
    // Not kept: a leakage check that comes later, or a deletion, changes the answer.
    const forget = () => found.delete(key);
    last = asked.then(forget, forget);
    return asked;
  }

  return {
    seenByRun: (runId, split) =>
      answered(`${runId} ${split}`, async () => {
        const { own, earlier } = await store.dataOf(runId);
        if (own === null) throw new AppError('not-found');
        const seen = await look({ versionId: own, isOfVersion: true, elsewhere: earlier }, split);
        return { ...seen, origin: null };
      }),
    seenByImported: (modelFileId, versionId, split) =>
      answered(`${modelFileId} ${versionId} ${split}`, async () => {
        const origin = await store.originOf(modelFileId);
        const { own, earlier } = origin === null ? { own: null, earlier: [] } : await store.dataOf(origin.runId);
        const learned = own === null ? [] : [own, ...earlier];
        const isOfVersion = origin?.isProven !== true || learned.includes(versionId);
        const elsewhere = learned.filter((id) => id !== versionId);
        return { ...(await look({ versionId, isOfVersion, elsewhere }, split)), origin };
      }),
    async seenInValidation(runIds) {
      const known = new Map<string, SeenInTraining>();
      for (const facts of await store.validationOf(runIds)) {
        const seen = seenOf(facts);
        if (seen !== null) known.set(facts.runId, seen);
      }
      return known;
    },
  };
}
