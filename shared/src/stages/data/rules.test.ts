import { expect, test } from 'vitest';
import { textProfile } from './rules.ts';

test('counts code points once each, over every split', () => {
  const profile = textProfile({ train: ['你好', '𠮷'], validation: ['好'], test: ['ab'] }, 3);
  expect(profile).toEqual({
    items: 4,
    characters: 6,
    distinctCharacters: 5,
    splits: { train: 2, validation: 1, test: 1, sameAsTraining: false, seed: 3 },
  });
});

test('without held-out items, says that they are the training items', () => {
  const { items, splits } = textProfile({ train: ['a', 'b', 'c'], validation: [], test: [] }, 1);
  expect(items).toBe(3);
  expect(splits).toEqual({ train: 3, validation: 3, test: 3, sameAsTraining: true, seed: 1 });
});
