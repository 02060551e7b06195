import { expect, test } from 'vitest';
import { inLanguage } from './localized-text.ts';

test('a text is read in the language of the reader, or in the one that it was written in', () => {
  expect(inLanguage({ zh: '数据', en: 'Data' }, 'en')).toBe('Data');
  expect(inLanguage({ en: 'Data' }, 'zh')).toBe('Data');
  expect(inLanguage({ zh: '', en: 'Data' }, 'zh')).toBe('Data');
  expect(inLanguage({ zh: '', en: '' }, 'zh')).toBe('');
});
