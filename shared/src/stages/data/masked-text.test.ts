import { expect, test } from 'vitest';
import { maskedColumn, maskedContinuation, maskedJson, maskedRecord, maskedText } from './masked-text.ts';

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

test.each([
  ['Case13812345678', 'Case[PHONE]'],
  ['https://crm.example/people/13812345678?x=1', 'https://crm.example/people/[PHONE]?x=1'],
  ['see crm.example/110101199003074514.', 'see crm.example/[ID_CARD].'],
  ['model_13812345678_v2', 'model_[PHONE]_v2'],
  ['order 4111111111111111', 'order [BANK_CARD]'],
  ['run 01a217a3-6a33-7bca-b94d-138123456789 kept', 'run 01a217a3-6a33-7bca-b94d-138123456789 kept'],
  [`file ${'a1'.repeat(10)}13812345678${'b'.repeat(20)}`, `file ${'a1'.repeat(10)}13812345678${'b'.repeat(20)}`],
  [
    '2026-11-26T12:35:20.123Z, 1,795,693 items, 20261126 rows',
    '2026-11-26T12:35:20.123Z, 1,795,693 items, 20261126 rows',
  ],
])('a line of the audit log keeps no number wherever it stands: %s', (typed, kept) => {
  expect(maskedRecord({ typed }, new Set())).toEqual({ typed: kept });
});
