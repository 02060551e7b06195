import { expect, test } from 'vitest';
import { itemLine, type DatasetItem } from './content.ts';
import { LabelsError } from './labels-error.ts';
import { itemsOf, splitsOf, summariseItems } from './rules.ts';

test('counts code points once each, over every split', () => {
  const items = itemsOf({ train: ['你好', '𠮷'], validation: ['好'], test: ['ab'] });
  const counted = {
    items: 4,
    characters: 6,
    distinctCharacters: 5,
    labelKind: 'none',
    labelledItems: 0,
    labels: [],
    tasks: [],
  };
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
  ['one label each, or a further answer', [{ labels: ['a'] }, { tasks: { tone: 'dry' } }], 'single', ['a']],
  ['several, or a further answer', [{ labels: ['a', 'b'] }, { tasks: { tone: 'dry' } }], 'multiple', ['a', 'b']],
  ['a number each, or a further answer', [{ value: 1 }, { tasks: { tone: 'dry' } }], 'value', []],
])('finds how items are labelled: %s', (_, rows, labelKind, labels) => {
  expect(summariseItems(rows.map(item))).toMatchObject({ labelKind, labels });
});

test('counts the items with labels or a value', () => {
  const answer = { tasks: { tone: 'dry' } };
  expect(summariseItems([{ labels: ['a'], ...answer }, answer, answer].map(item)).labelledItems).toBe(1);
  expect(summariseItems([{ value: 1 }, { value: 2 }, answer].map(item)).labelledItems).toBe(2);
});

test.each<[string, Partial<DatasetItem>[]]>([
  ['one with neither labels nor a further answer', [{ labels: ['a'] }, { tasks: { tone: 'dry' } }, {}]],
  ['some without labels', [{ labels: ['a'] }, {}]],
  ['some without a value', [{ value: 1 }, {}]],
  ['labels and values', [{ labels: ['a'] }, { value: 1 }]],
])('refuses items that are labelled unevenly: %s', (_, rows) => {
  expect(() => summariseItems(rows.map(item))).toThrow(LabelsError);
});

test('finds the tasks of the items: a list makes any number of labels, and an answer may be missing', () => {
  const rows: Partial<DatasetItem>[] = [
    { tasks: { severity: 2, flags: ['b', 'a'], 语言: 'zh' } },
    { tasks: { flags: 'c', 语言: 'en' } },
    { labels: ['x'] },
    { tasks: { severity: 0.5, flags: [] } },
  ];
  expect(summariseItems(rows.map((row) => item({ labels: ['x'], ...row }))).tasks).toEqual([
    { name: 'flags', kind: 'multiple', labels: ['a', 'b', 'c'], items: 3 },
    { name: 'severity', kind: 'value', labels: [], items: 2 },
    { name: '语言', kind: 'single', labels: ['en', 'zh'], items: 2 },
  ]);
});

test.each<[string, Partial<DatasetItem>[]]>([
  ['numbers and labels for one task', [{ tasks: { a: 1 } }, { tasks: { a: 'x' } }]],
  ['too many tasks', Array.from({ length: 17 }, (_, index) => ({ tasks: { [`t${index}`]: 1 } }))],
  ['too many labels of a task', Array.from({ length: 1001 }, (_, index) => ({ tasks: { a: String(index) } }))],
])('refuses %s', (_, rows) => {
  expect(() => summariseItems(rows.map(item))).toThrow(LabelsError);
});

test('a stored line has its tasks in one order, and nothing of them where there are none', () => {
  expect(itemLine(item({ tasks: { b: 1, a: ['x'] } }))).toBe(
    '{"split":"train","text":"x","tasks":{"a":["x"],"b":1}}\n',
  );
  expect(itemLine(item({ labels: ['x'] }))).toBe('{"split":"train","text":"x","labels":["x"]}\n');
});
