import { expect, test } from 'vitest';
import { readTokenizerJson } from './read-tokenizer-json.ts';
import { SPECIAL_TOKENS } from './tokenizer.ts';
import { WordPieceTokenizer } from './wordpiece.ts';
import { writeTokenizerJson } from './write-tokenizer-json.ts';

/** A file whose longest piece, which no word of a alone ends in, has so many characters. */
function fileWith(longestPiece: number, longestWord: number): string {
  const tokens = [...SPECIAL_TOKENS, 'a', '##a', `##${'a'.repeat(longestPiece - 3)}b`];
  const file = JSON.parse(writeTokenizerJson(new WordPieceTokenizer(tokens))) as { model: object };
  return JSON.stringify({ ...file, model: { ...file.model, max_input_chars_per_word: longestWord } });
}

test('a file of long pieces for long words is refused: what it would cost grows with the third power of a word', () => {
  expect(() => readTokenizerJson(fileWith(201, 201))).toThrow(
    'model.max_input_chars_per_word: must be at most 200 where a token is longer than that; the file has 201',
  );
});

test.each([
  ['short pieces', 200, 1_000_000],
  ['short words', 100_000, 200],
])('long words or pieces are read where there are %s', (_name, longestPiece, longestWord) => {
  const tokenizer = readTokenizerJson(fileWith(longestPiece, longestWord));
  expect([...tokenizer.encode('aaa')]).toEqual([4, 5, 5]);
});

test('a word of more tokens than a call has room for', () => {
  const { length } = readTokenizerJson(fileWith(4, 1_000_000)).encode('a'.repeat(300_000));
  expect(length).toBe(300_000);
});

test('characters of two units are cut as one, and what nothing is known of makes a word unknown', () => {
  const tokenizer = new WordPieceTokenizer([...SPECIAL_TOKENS, '😀', '##😀a', '##😀']);
  expect([...tokenizer.encode('😀😀a')]).toEqual([4, 5]);
  expect([...tokenizer.encode('😀😀😀')]).toEqual([4, 6, 6]);
  expect([...tokenizer.encode('😀b')]).toEqual([3]);
});
