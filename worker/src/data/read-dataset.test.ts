import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { itemLine } from '@greenlight/shared/stages/data/content.ts';
import { readDataset } from './read-dataset.ts';

const folder = await mkdtemp(join(tmpdir(), 'greenlight-dataset-'));
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string): Promise<string> {
  const path = join(folder, 'items.jsonl');
  await writeFile(path, content);
  return path;
}

test('reads items with their labels by split; line separators of Unicode stay inside a text', async () => {
  const spam = { text: '免费\u2028\u0085领取', split: 'train', labels: ['spam'] } as const;
  const ham = { text: 'a\r\nb', split: 'test', labels: ['ham'] } as const;
  const content = [spam, ham].map((item) => itemLine({ ...item, labels: [...item.labels] })).join('');
  const dataset = await readDataset(await fileOf(content));
  expect(dataset).toEqual({ train: [spam], validation: [spam], test: [ham], testNumbers: Int32Array.of(2) });
  expect(dataset.validation).toBe(dataset.train);
});

test('reads the first form of dataset versions, one line of JSON', async () => {
  const dataset = await readDataset(await fileOf('{"train":["你好"],"validation":[],"test":["再见"]}'));
  expect(dataset.train).toEqual([{ text: '你好', split: 'train' }]);
  expect(dataset.test).toEqual([{ text: '再见', split: 'test' }]);
  expect([...dataset.testNumbers]).toEqual([2]);
});

test('refuses a line that is no item', async () => {
  await expect(readDataset(await fileOf('{"text":""}\n'))).rejects.toThrow();
});
