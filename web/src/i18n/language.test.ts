import { expect, test } from 'vitest';
import { firstLanguage } from './language.ts';

test.each([
  [null, ['zh-CN', 'en'], 'zh'],
  [null, ['fr-FR', 'zh-TW', 'en'], 'zh'],
  [null, ['en-US', 'zh'], 'en'],
  [null, ['fr-FR'], 'en'],
  [null, [], 'en'],
  ['zh', ['en-US'], 'zh'],
  ['xx', ['zh'], 'zh'],
])('chosen %s, browser %s: %s', (chosen, browser, language) => expect(firstLanguage(chosen, browser)).toBe(language));
