import { expect, test } from 'vitest';
import type { DatasetItem } from './content.ts';
import { itemsOf, LabelsError, splitsOf, summariseItems } from './rules.ts';

test('counts code points once each, over every split', () => {
  const items = itemsOf({ train: ['你好', '𠮷'], validation: ['好'], test: ['ab'] });
  const counted = { items: 4, characters: 6, distinctCharacters: 5, labelKind: 'none', labels: [] };
  expect(summariseItems(items)).toEqual(counted);
});

test.each([
  ['no held-out items', { train: ['a', 'b', 'c'], validation: [], test: [] }, [3, 3, 3, true]],
  ['every test item was trained on', { train: ['a', 'b'], validation: ['x'], test: ['b'] }, [2, 1, 1, true]],
  ['one test item is new', { train: ['a', 'b'], validation: ['x'], test: ['b', 'y'] }, [2, 1, 2, false]],
])('says what is held out: %s', (_, content, [train, validation, held, sameAsTraining]) => {
  expect(splitsOf(itemsOf(content), 1)).toEqual({ train, validation, test: held, sameAsTraining, seed: 1 });
});

const item = (rest: Partial<DatasetItem>): DatasetItem => ({ text: 'x', split: 'train', ...rest });

test.each<[string, Partial<DatasetItem>[], string, string[]]>([
  ['one label each', [{ labels: ['spam'] }, { labels: ['ham'] }], 'single', ['ham', 'spam']],
  ['several or none', [{ labels: ['b', 'a'] }, { labels: [] }], 'multiple', ['a', 'b']],
  ['a number each', [{ value: 1 }, { value: -2.5 }], 'value', []],
])('finds how items are labelled: %s', (_, rows, labelKind, labels) => {
  expect(summariseItems(rows.map(item))).toMatchObject({ labelKind, labels });
});

test.each<[string, Partial<DatasetItem>[]]>([
  ['some without labels', [{ labels: ['a'] }, {}]],
  ['some without a value', [{ value: 1 }, {}]],
  ['labels and values', [{ labels: ['a'] }, { value: 1 }]],
])('refuses items that are labelled unevenly: %s', (_, rows) => {
  expect(() => summariseItems(rows.map(item))).toThrow(LabelsError);
});
