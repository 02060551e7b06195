import { expect, test } from 'vitest';
import { maskedColumn, maskedContinuation, maskedJson, maskedText } from './masked-text.ts';

test('masks before it cuts, so that no half number is left at the end', () => {
  const text = `${'x'.repeat(490)} 13812345678`;
  expect(maskedText(text)).toBe(`${'x'.repeat(490)} [PHONE]`);
});

test('a column is read with its name', () => {
  expect(maskedColumn('name', 'Xiomara Quill')).toBe('[NAME]');
  expect(maskedColumn('topic', 'weather')).toBe('weather');
});

test('what a model adds to a prompt is masked, also where it completes a number, and the prompt stays as it was typed', () => {
  expect(maskedContinuation('call me: ', 'call me: 13812345678 now')).toBe('call me: [PHONE] now');
  expect(maskedContinuation('tel 138', 'tel 13812345678')).toBe('tel 138[PHONE]');
  expect(maskedContinuation('tel 13812345678', 'tel 13812345678 or li@example.com')).toBe('tel 13812345678 or [EMAIL]');
});

test('texts anywhere in JSON are masked; checksums and ids are not', () => {
  const sha256 = '13812345678'.padEnd(64, 'a');
  expect(maskedJson({ sha256, list: ['mail li@example.com', 3, null] })).toEqual({
    sha256,
    list: ['mail [EMAIL]', 3, null],
  });
});
