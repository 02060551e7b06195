import { expect, test } from 'vitest';
import { translationsIn } from '../testing/translations.ts';

test('every count is written with separators, without its sentence asking for it; other numbers stay as they are given', () => {
  const { t } = translationsIn('en');
  expect(t('data:file.placed', { count: 7870 })).toBe('7,870 of them stay in the split that the file says.');
  expect(t('data:file.ready', { count: 7870 })).toBe('7,870 texts are ready.');
  expect(t('data:file.placed', { count: 1 })).toBe('1 of them stays in the split that the file says.');
  expect(t('selection:catalogue.parametersShort', { count: '66M' })).toBe('66M parameters');
  expect(t('requirements:version', { version: 2026 })).toBe('Version 2026');
});
