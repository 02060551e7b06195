import { expect, test } from 'vitest';
import { changedPieces } from './changed-text.ts';

function marked(before: string | undefined, after: string): string {
  return changedPieces(before, after)
    .map(({ text, isChanged }) => (isChanged ? `[${text}]` : text))
    .join('');
}

test.each([
  [undefined, '你好', '你好'],
  ['你好', '你好', '你好'],
  ['你好，我是', '你好，欢迎', '你好，[欢迎]'],
  ['ac', 'abc', 'a[b]c'],
  ['abc', 'ac', 'ac'],
  ['', 'a', '[a]'],
  ['a😀b', 'a😀c', 'a😀[c]'],
])('%s → %s', (before, after, expected) => expect(marked(before, after)).toBe(expected));

test('every character of the new text is in the pieces once', () => {
  const after = 'the quick brown fox';
  expect(
    changedPieces('then quack brow', after)
      .map(({ text }) => text)
      .join(''),
  ).toBe(after);
});

test('texts too long to compare are shown without marks', () => {
  const after = 'b'.repeat(3_000);
  expect(changedPieces('a', after)).toEqual([{ text: after, isChanged: false }]);
});
