import { createHash } from 'node:crypto';
import { seededRandom } from '@greenlight/shared/metrics/random.ts';
import {
  leastValues,
  MINIMA,
  SIGNATURE_WORDS,
  writeSignature,
} from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { MAX_SHINGLES, ShingleSet, shinglesOf } from '@greenlight/shared/stages/data/preparation/shingles.ts';
import { expect, test } from 'vitest';
import { createMinimaReader } from './simd-minima.ts';

const next = seededRandom(11);
const randomText = (length: number) =>
  Array.from({ length }, () => String.fromCharCode(0x4e00 + Math.floor(next() * 20_000))).join('');

test('the minima taken four at a time are those taken one by one, from a single shingle to the longest text', () => {
  const reader = createMinimaReader();
  const plain = new ShingleSet();
  expect(reader.leastValues).not.toBe(leastValues);
  for (const text of ['', '!', 'ab', 'an ordinary line', ...[3, 4, 5, 300, MAX_SHINGLES].map(randomText)]) {
    const [fast, slow] = [new Int32Array(MINIMA), new Int32Array(MINIMA)];
    shinglesOf(text, reader.set);
    shinglesOf(text, plain);
    reader.leastValues(reader.set, fast);
    leastValues(plain, slow);
    expect(fast).toEqual(slow);
    expect(reader.set.size).toBe(plain.size);
  }
  expect(() => reader.leastValues(plain, new Int32Array(MINIMA))).toThrow('another set');
});

test('signatures are what they were, so that the same seed finds the same near-duplicates', () => {
  const draw = seededRandom(11);
  const letters = [...'abcdefghij klmnop，。你好世界的ＡＢ😀7'];
  const reader = createMinimaReader();
  const signature = new Uint32Array(SIGNATURE_WORDS);
  const digest = createHash('sha256');
  for (let length = 0; length < 400; length++) {
    const text = Array.from({ length }, () => letters[Math.floor(draw() * letters.length)]).join('');
    shinglesOf(text, reader.set);
    writeSignature(reader.set, signature, reader.leastValues);
    digest.update(signature);
  }
  expect(digest.digest('hex')).toBe('cbc39c5a3fa40de3b2351c9953991047317378ae345096883415472b18a39b55');
});
