import { Readable } from 'node:stream';
import { itemLine, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { expect, test } from 'vitest';
import { compareContents } from './compare-contents.ts';

const contentOf = (items: readonly DatasetItem[]) => async () => Readable.from([items.map(itemLine).join('')]);
const item = (text: string, label: string, split: DatasetItem['split'] = 'train'): DatasetItem => ({
  text,
  labels: [label],
  split,
});

test('items are told apart as kept, added, removed, moved and relabelled', async () => {
  const before = [item('same', 'a'), item('gone', 'a'), item('moves', 'a'), item('turns', 'a')];
  const after = [item('turns', 'b'), item('moves', 'b', 'test'), item('new', 'a'), item('same', 'a')];
  expect(await compareContents(contentOf(before), contentOf(after))).toEqual({
    kept: 1,
    added: 1,
    removed: 1,
    moved: 1,
    relabelled: 1,
    samples: { added: ['new'], removed: ['gone'], moved: ['moves'], relabelled: ['turns'] },
  });
});

test('a text counts as often as it occurs, and the one that stayed is found behind one that changed', async () => {
  const before = [item('twice', 'a'), item('twice', 'b')];
  const after = [item('twice', 'c'), item('twice', 'a'), item('twice', 'a', 'test')];
  const { kept, relabelled, added, moved, removed } = await compareContents(contentOf(before), contentOf(after));
  expect({ kept, relabelled, added, moved, removed }).toEqual({
    kept: 1,
    relabelled: 1,
    added: 1,
    moved: 0,
    removed: 0,
  });
});

test('examples are few and show no personal data', async () => {
  const before = Array.from({ length: 9 }, (_, index) => item(`write to person${index}@mail.example`, 'a'));
  const { removed, samples } = await compareContents(contentOf(before), contentOf([]));
  expect(removed).toBe(9);
  expect(samples.removed).toEqual(Array.from({ length: 5 }, () => 'write to [EMAIL]'));
});

test('a version in its first form, one line with all items by split, is compared as well', async () => {
  const first = async () => Readable.from(['{"train":["same","gone"],"validation":[],"test":[]}']);
  const after = [{ text: 'same', split: 'train' as const }];
  expect(await compareContents(first, contentOf(after))).toMatchObject({ kept: 1, removed: 1, added: 0 });
});
