import { expect, test } from 'vitest';
import { preferredLanguage } from './language.ts';

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['zh', 'zh'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['fr,zh;q=0.4,en;q=0.3', 'zh'],
  ['zh;q=0,en;q=0.1', 'en'],
  ['ZH-Hant', 'zh'],
  ['*', 'en'],
  ['zh;q=nonsense;;;', 'zh'],
])('who accepts %j reads %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
