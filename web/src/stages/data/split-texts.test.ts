import { expect, test } from 'vitest';
import { splitItems, splitTexts, textsOf } from './split-texts.ts';

test('texts are the lines that say something, once each', () => {
  expect(textsOf(' 甲 \r\n\n乙\n甲\n')).toEqual(['甲', '乙']);
});

test('a tenth each is held back, nothing is lost and nothing comes twice', () => {
  const texts = Array.from({ length: 50 }, (_, index) => `text ${index}`);
  const { train, validation, test: held } = splitTexts(texts, true, 1);
  expect([train.length, validation.length, held.length]).toEqual([40, 5, 5]);
  expect([...train, ...validation, ...held].map(String).toSorted()).toEqual(texts.toSorted());
  expect(splitTexts(texts, true, 1)).toEqual({ train, validation, test: held });
  expect(splitTexts(texts, true, 2)).not.toEqual({ train, validation, test: held });
});

test.each([
  ['few texts', 19, true],
  ['none wanted', 50, false],
])('nothing is held back: %s', (_, count, holdOut) => {
  const texts = Array.from({ length: count }, (__, index) => `text ${index}`);
  expect(splitTexts(texts, holdOut, 1)).toEqual({ train: texts, validation: [], test: [] });
});

test('what a file has placed stays there, and only the rest is divided', () => {
  const rest = Array.from({ length: 40 }, (_, index) => ({ text: `text ${index}` }));
  const placed = [{ text: 'held', split: 'test' } as const, { text: 'seen', split: 'train' } as const];
  const content = splitItems([...placed, ...rest], true, 1);
  expect([content.train.length, content.validation.length, content.test.length]).toEqual([33, 4, 5]);
  expect(content.test).toContainEqual({ text: 'held' });
  expect(content.train).toContainEqual({ text: 'seen' });
  expect(splitItems(placed, true, 1)).toEqual({ train: [{ text: 'seen' }], validation: [], test: [{ text: 'held' }] });
});
