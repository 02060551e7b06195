import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { AppError } from '../../plugins/app-error.ts';
import { createTrainedItemsService } from './trained-items-service.ts';
import type { Origin, TrainedItemsStore, ValidationFacts } from './trained-items-store.ts';

const lineOf = (split: string, text: string) => `{"split":"${split}","text":"${text}"}\n`;

const LINES: Readonly<Record<string, string>> = {
  own: ['test/seen', 'test/new', 'test/seen', 'test/also', 'validation/new', 'train/also', 'train/plain']
    .map((item) => lineOf(...(item.split('/') as [string, string])))
    .join(''),
  // Without an end of its last line, as a file may come.
  earlier: `${lineOf('train', 'other')}${lineOf('test', 'new')}${lineOf('train', 'seen')}`.trimEnd(),
};

interface Given {
  /** The first openings fail. */
  readonly failures?: number;
  readonly deleted?: string;
  readonly near?: number;
  readonly origin?: Origin;
  readonly validation?: ValidationFacts[];
}

/** The service on two versions, with what it looked up and opened. */
function service({ failures = 0, deleted, near, origin, validation = [] }: Given = {}) {
  const asked: string[] = [];
  const opened: string[] = [];
  const store: TrainedItemsStore = {
    dataOf: async (runId) => {
      asked.push(runId);
      return { own: runId === 'exported' ? 'earlier' : 'own', earlier: runId === 'exported' ? [] : ['earlier'] };
    },
    originOf: async () => origin ?? null,
    itemsOf: async (_, split) => ({ train: 2, validation: 1, test: 4 })[split],
    nearOf: async () => near ?? null,
    validationOf: async () => validation,
  };
  const trainedItems = createTrainedItemsService(store, async (id) => {
    opened.push(id);
    if (opened.length <= failures) throw new Error('the disk is away');
    if (id === deleted) throw new AppError('content-deleted');
    const content = Buffer.from(LINES[id]!);
    // In pieces that end within lines.
    const pieces = [content.subarray(0, 50), content.subarray(50)];
    return { stream: Readable.from(pieces), sizeBytes: content.length };
  });
  return { trainedItems, asked, opened };
}

const SEEN = { texts: 4, exact: 1, elsewhere: 2, near: null, isDataGone: false, origin: null };

test('texts of a split are counted by the training items of their version, and by those of earlier runs apart', async () => {
  const { trainedItems } = service({ near: 1 });
  expect(await trainedItems.seenByRun('a', 'test')).toEqual({ ...SEEN, near: 1 });
  expect(await trainedItems.seenByRun('a', 'validation')).toEqual({
    ...SEEN,
    ...{ texts: 1, exact: 0, elsewhere: 0, near: 1 },
  });
});

test('where there are no held-out items, all of them are training items', async () => {
  const { trainedItems, opened } = service();
  expect(await trainedItems.seenByRun('a', 'train')).toEqual({ ...SEEN, exact: 4, elsewhere: 0 });
  expect(opened).toEqual([]);
});

test('what can be counted is counted where other data was deleted', async () => {
  const { trainedItems } = service({ deleted: 'earlier' });
  expect(await trainedItems.seenByRun('a', 'test')).toEqual({ ...SEEN, elsewhere: 0, isDataGone: true });
});

test('an imported model learned from the data of the run that its file proves to be an export of, and from no other', async () => {
  const origin = { runId: 'exported', runNumber: 7, isProven: true };
  const { trainedItems } = service({ origin, near: 1 });
  expect(await trainedItems.seenByImported('m', 'own', 'test')).toEqual({ ...SEEN, exact: 0, origin });
});

test('what an imported file only says of itself takes nothing off: the version’s own training items count as well', async () => {
  const origin = { runId: 'exported', runNumber: 7, isProven: false };
  expect(await service({ origin }).trainedItems.seenByImported('m', 'own', 'test')).toEqual({ ...SEEN, origin });
  expect(await service().trainedItems.seenByImported('m', 'own', 'test')).toEqual({ ...SEEN, elsewhere: 0 });
});

test('who asks again before the answer is there causes no second reading; later, what may have changed is looked at anew', async () => {
  const { trainedItems, opened } = service();
  const ask = () => trainedItems.seenByRun('a', 'test');
  expect(await Promise.all([ask(), ask()])).toEqual([SEEN, SEEN]);
  expect(opened).toEqual(['own', 'own', 'earlier']);
  await ask();
  expect(opened).toHaveLength(6);
});

test('one version is read at a time, whoever asks', async () => {
  const { trainedItems, asked, opened } = service();
  const first = trainedItems.seenByRun('a', 'test');
  const second = trainedItems.seenByRun('b', 'test');
  await first;
  expect([asked, opened]).toEqual([['a'], ['own', 'own', 'earlier']]);
  await second;
  expect(opened.slice(3)).toEqual(['own', 'own', 'earlier']);
});

test('a reading that failed is no answer: the next question reads again', async () => {
  const { trainedItems } = service({ failures: 1 });
  await expect(trainedItems.seenByRun('a', 'test')).rejects.toThrow('the disk is away');
  expect(await trainedItems.seenByRun('a', 'test')).toEqual(SEEN);
});

test('of validation items is told what the version says by itself: none held out, or what leaked, and else nothing', async () => {
  const leak = { heldItems: 10, exact: 2, near: 1 };
  const { trainedItems, opened } = service({
    validation: [
      { runId: 'all in training', items: 80, train: 80, validation: 80, leak: null },
      { runId: 'test alone held out', items: 90, train: 80, validation: 80, leak: { heldItems: 0, exact: 0, near: 0 } },
      { runId: 'leaking', items: 100, train: 80, validation: 10, leak },
      { runId: 'nobody looked', items: 100, train: 80, validation: 10, leak: null },
    ],
  });
  const seen = await trainedItems.seenInValidation([]);
  const all = { ...SEEN, texts: 80, exact: 80, elsewhere: 0 };
  expect([...seen]).toEqual([
    ['all in training', all],
    ['test alone held out', all],
    ['leaking', { ...SEEN, texts: 10, exact: 2, elsewhere: 0, near: 1 }],
  ]);
  expect(opened).toEqual([]);
});
