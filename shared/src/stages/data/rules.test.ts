import { expect, test } from 'vitest';
import { sizeOfText, splitsOfText } from './rules.ts';

test('counts code points once each, over every split', () => {
  const size = sizeOfText({ train: ['你好', '𠮷'], validation: ['好'], test: ['ab'] });
  expect(size).toEqual({ items: 4, characters: 6, distinctCharacters: 5 });
});

test.each([
  ['no held-out items', { train: ['a', 'b', 'c'], validation: [], test: [] }, [3, 3, 3, true]],
  ['every test item was trained on', { train: ['a', 'b'], validation: ['x'], test: ['b'] }, [2, 1, 1, true]],
  ['one test item is new', { train: ['a', 'b'], validation: ['x'], test: ['b', 'y'] }, [2, 1, 2, false]],
])('says what is held out: %s', (_, content, [train, validation, held, sameAsTraining]) => {
  expect(splitsOfText(content, 1)).toEqual({ train, validation, test: held, sameAsTraining, seed: 1 });
});
