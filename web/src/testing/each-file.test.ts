import i18next from 'i18next';
import { expect, test } from 'vitest';

test('a file begins in the language of a new visitor, whatever language the one before it ended in', () => {
  expect([i18next.language, document.documentElement.lang]).toEqual(['en', 'en']);
});
