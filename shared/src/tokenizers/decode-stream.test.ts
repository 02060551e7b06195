import { expect, test } from 'vitest';
import { seededRandom } from '../metrics/random.ts';
import { DecodeStream } from './decode-stream.ts';
import type { TokenizerKind } from './tokenizer.ts';
import { trainTokenizer } from './train-tokenizer.ts';

const TEXTS = [
  '你好，欢迎来到Python编程世界。',
  'Don’t stop: it’s 3.14 — naïve café, 東京タワー!',
  '👩‍👩‍👧 family 👍🏽 and 𠮷野家',
  'line one\n\n  line two\t end . ',
];

function pieces(kind: TokenizerKind, ids: readonly number[], before: string): { pieces: string[]; whole: string } {
  const tokenizer = trainTokenizer(kind, TEXTS, 300);
  const stream = new DecodeStream(tokenizer, before);
  const given = ids.map((id) => stream.push(id));
  return { pieces: [...given, stream.rest()], whole: tokenizer.decode(ids, before) };
}

test.each(['character', 'wordpiece', 'bpe'] as const)(
  'pieces of %s tokens are the text, without half characters',
  (kind) => {
    const tokenizer = trainTokenizer(kind, TEXTS, 300);
    for (const text of TEXTS) {
      for (const before of ['', 'x', 'x ']) {
        const read = pieces(kind, [...tokenizer.encode(text)], before);
        expect(read.pieces.join('')).toBe(read.whole);
        for (const piece of read.pieces) expect(piece).not.toMatch(/\uFFFD|[\uD800-\uDBFF]$|^[\uDC00-\uDFFF]/);
      }
    }
  },
);

test.each(['character', 'wordpiece', 'bpe'] as const)(
  'pieces of any %s tokens are the text that they are together',
  (kind) => {
    const random = seededRandom(7);
    const { size } = trainTokenizer(kind, TEXTS, 300);
    for (let text = 0; text < 200; text++) {
      const ids = Array.from({ length: 40 }, () => Math.floor(random() * size));
      const read = pieces(kind, ids, 'a');
      expect(read.pieces.join('')).toBe(read.whole);
    }
  },
);

test('a character of several tokens comes with its last one', () => {
  const tokenizer = trainTokenizer('bpe', ['a'], 260);
  const stream = new DecodeStream(tokenizer, '');
  const given = Array.from(tokenizer.encode('a👍é'), (id) => stream.push(id));
  expect(given).toEqual(['a', '', '', '', '👍', '', 'é']);
});
