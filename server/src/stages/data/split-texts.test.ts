import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { eachOfSplit } from './split-texts.ts';

async function textsOf(pieces: Buffer[], split: 'train' | 'test'): Promise<string[]> {
  const texts: string[] = [];
  await eachOfSplit(Readable.from(pieces), split, (says) => texts.push(says));
  return texts;
}

test('items of a split are found wherever their lines are cut, and by their split alone', async () => {
  const content = Buffer.from(
    [
      '{"split":"test","text":"一"}',
      '{"split":"train","text":"says \\"test\\""}',
      '',
      '{"text":"of no split","labels":["test"]}',
      '{"split":"test","text":"cat.png","image":{"sha256":"ab"}}',
    ].join('\n'),
  );
  for (let at = 1; at < content.length; at++) {
    const pieces = [content.subarray(0, at), content.subarray(at)];
    expect(await textsOf(pieces, 'test')).toEqual(['一', 'ab cat.png']);
  }
  expect(await textsOf([content], 'train')).toEqual(['says "test"', 'of no split']);
});

test('other work is done while millions of lines are read', async () => {
  const lines = Array.from({ length: 300_000 }, (_, item) => `{"split":"train","text":"item ${item}"}\n`);
  let turns = 0;
  let isRead = false;
  const count = (): void => {
    turns++;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  const texts = await textsOf([Buffer.from(lines.join(''))], 'train');
  isRead = true;
  expect(texts).toHaveLength(300_000);
  expect(turns).toBeGreaterThan(3);
});

test('a stream is closed where its reader fails', async () => {
  const input = Readable.from([Buffer.from('{"split":"test","text":"one"}\n')]);
  const failing = eachOfSplit(input, 'test', () => {
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(input.destroyed).toBe(true);
});

test('the first versions, of one line with all items by split, are read as well', async () => {
  const content = Buffer.from('{"train":["a",{"text":"b"}],"validation":[],"test":["c"]}');
  expect(await textsOf([content], 'train')).toEqual(['a', 'b']);
  expect(await textsOf([content], 'test')).toEqual(['c']);
});
