import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { createTrainedItemsService } from './trained-items-service.ts';

const LINES: Readonly<Record<string, string>> = {
  own: '{"text":"seen","split":"test"}\n{"text":"new","split":"test"}\n',
  earlier: '{"text":"other","split":"train"}\n{"text":"seen","split":"train"}\n',
};

/** The service on two versions, with what it looked up and opened; the first `failures` openings fail. */
function service(failures = 0) {
  const asked: string[] = [];
  const opened: string[] = [];
  const store = {
    dataOf: async (runId: string) => {
      asked.push(runId);
      return { own: 'own', earlier: ['earlier'] };
    },
  };
  const trainedItems = createTrainedItemsService(store, async (id) => {
    opened.push(id);
    if (opened.length <= failures) throw new Error('the disk is away');
    const content = Buffer.from(LINES[id]!);
    return { stream: Readable.from([content]), sizeBytes: content.length };
  });
  return { trainedItems, asked, opened };
}

test('who asks again, also before the answer is there, causes no second reading', async () => {
  const { trainedItems, opened } = service();
  const answers = await Promise.all([trainedItems.wereTrainedOn('a', 'test'), trainedItems.wereTrainedOn('a', 'test')]);
  expect([...answers, await trainedItems.wereTrainedOn('a', 'test')]).toEqual([true, true, true]);
  expect(opened).toEqual(['own', 'earlier']);
  expect(await trainedItems.wereTrainedOn('a', 'validation')).toBe(false);
});

test('a reading that failed is no answer: the next question reads again', async () => {
  const { trainedItems } = service(1);
  await expect(trainedItems.wereTrainedOn('a', 'test')).rejects.toThrow('the disk is away');
  expect(await trainedItems.wereTrainedOn('a', 'test')).toBe(true);
});

test('the last hundred answers are kept, and who is asked about counts as late', async () => {
  const { trainedItems, asked } = service();
  const runs = Array.from({ length: 101 }, (_, run) => `run ${run}`);
  for (const run of runs.slice(0, 100)) await trainedItems.wereTrainedOn(run, 'test');
  await trainedItems.wereTrainedOn('run 0', 'test');
  await trainedItems.wereTrainedOn('run 100', 'test');
  expect(asked).toEqual(runs);
  await trainedItems.wereTrainedOn('run 0', 'test');
  expect(asked).toEqual(runs);
  await trainedItems.wereTrainedOn('run 1', 'test');
  expect(asked).toEqual([...runs, 'run 1']);
});
