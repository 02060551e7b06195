import { expect, test } from 'vitest';
import { splitTexts, textsOf } from './split-texts.ts';

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
