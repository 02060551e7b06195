import { expect, test } from 'vitest';
import { markDifference, type MarkedPiece } from './marked-difference.ts';

const shown = (pieces: readonly MarkedPiece[]) =>
  pieces.map(({ text, isChanged }) => (isChanged ? `{${text}}` : text)).join('');

test.each([
  ['the same', 'a b', 'a b', 'a b', 'a b'],
  ['a word', 'write to ▮▮▮ today', 'write to [EMAIL] today', 'write to {▮▮▮} today', 'write to {[EMAIL]} today'],
  ['white space in several places', ' a  b   c', 'a b c', '{ }a { }b{  } c', 'a b c'],
  ['a Chinese character', '他说好', '她说好', '{他}说好', '{她}说好'],
  ['everything', 'one', 'two', '{one}', '{two}'],
])('marks %s', (_name, before, after, markedBefore, markedAfter) => {
  const marked = markDifference(before, after);
  expect(shown(marked.before)).toBe(markedBefore);
  expect(shown(marked.after)).toBe(markedAfter);
});

test('leaves of a long text what stands next to the change, and takes little time where all differs', () => {
  const words = Array.from({ length: 300 }, (_, place) => `word${place}`).join(' ');
  const { before, after } = markDifference(`${words} old ${words}`, `${words} new ${words}`);
  expect(shown(after)).toMatch(/^….{40}\{new\}.{40}…$/);
  expect(shown(before)).toMatch(/^….{40}\{old\}.{40}…$/);
  const [one, other] = [...'ab'].map((letter) => `${letter} ${letter}. `.repeat(25_000));
  expect(shown(markDifference(one!, other!).after).length).toBeLessThan(2500);
});
