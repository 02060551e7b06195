import { expect, test } from 'vitest';
import { trainCharacterTokenizer } from './character.ts';

test("the article's sentences give the special tokens and their 35 distinct characters", () => {
  const sentences = ['你好，我是人工智能助手。', '欢迎来到Python编程世界。', '深度学习正在改变未来。'];
  const tokenizer = trainCharacterTokenizer(sentences, 10_000);
  expect(tokenizer.size).toBe(4 + new Set(sentences.join('')).size);
  // The full stop is in all three sentences and comes first.
  expect(tokenizer.tokens.slice(0, 5)).toEqual(['<pad>', '<bos>', '<eos>', '<unk>', '。']);
});

test('known text survives encoding and decoding, also outside the basic plane', () => {
  const text = '你好，𠮷野家 👍 a\n0 123 __proto__';
  const tokenizer = trainCharacterTokenizer([text], 1000);
  expect(tokenizer.encode('𠮷')).toHaveLength(1);
  expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
});

test('symbols are ordered by frequency, then by code point, and cut at the vocabulary size', () => {
  const tokenizer = trainCharacterTokenizer(['bba', 'c', '2'], 7);
  expect(tokenizer.tokens.slice(4)).toEqual(['b', '2', 'a']);
  expect([...tokenizer.encode('abc')]).toEqual([6, 4, 3]);
  expect(tokenizer.decode([1, 4, 3, 2, 0])).toBe('b\uFFFD');
});

test('a lone half of a surrogate pair becomes the unknown sign instead of an invalid file', () => {
  const tokenizer = trainCharacterTokenizer(['ab'], 100);
  expect([...tokenizer.encode('a\uD800b')]).toEqual([4, 3, 5]);
});

test('a special token that is spelled out in a text is that token, and is not learned from', () => {
  const tokenizer = trainCharacterTokenizer(['a<eos>b'], 100);
  expect(tokenizer.tokens.slice(4)).toEqual(['a', 'b']);
  expect([...tokenizer.encode('a<eos>b')]).toEqual([4, 2, 5]);
});
