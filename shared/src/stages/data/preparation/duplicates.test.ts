import { expect, test } from 'vitest';
import { seededRandom } from '../../../metrics/random.ts';
import { duplicatesOf, firstOfEach } from './duplicates.ts';
import { hashOfText, hashText } from './hashing.ts';
import { jaccard, ShingleSet, shinglesOf } from './shingles.ts';

const next = seededRandom(41);
const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)]!;
const words = Array.from({ length: 3000 }, () =>
  Array.from({ length: 2 + Math.floor(next() * 7) }, () => pick([...'etaoinshrdlucmfwypvbgk'])).join(''),
);
const sentence = () => Array.from({ length: 14 }, () => pick(words)).join(' ');
const chinese = () =>
  Array.from({ length: 60 }, () => String.fromCharCode(0x4e00 + Math.floor(next() * 3000))).join('');

function similarityByDefinition(first: string, second: string): number {
  const shingles = (text: string) => {
    const units = text.replaceAll(/[\s\p{P}]/gu, '').toLowerCase();
    const runs = [...units].flatMap((unit, index) => {
      const length = /\p{Script=Han}/u.test(unit) ? 2 : 3;
      return index + length <= units.length ? [units.slice(index, index + length)] : [];
    });
    return new Set(runs);
  };
  const [a, b] = [shingles(first), shingles(second)];
  const shared = [...a].filter((run) => b.has(run)).length;
  return shared / (a.size + b.size - shared);
}

test('the similarity of two texts is that of the sets of their runs of characters', () => {
  const [one, other] = [new ShingleSet(), new ShingleSet()];
  for (let count = 0; count < 500; count++) {
    const first = pick([sentence, chinese])();
    const second = first.slice(0, Math.floor(next() * first.length)) + pick([sentence, chinese])();
    shinglesOf(first, one);
    shinglesOf(second, other);
    expect(jaccard(one, other)).toBeCloseTo(similarityByDefinition(first, second), 12);
  }
});

test('case, spaces, punctuation and width do not make texts different, other words do', () => {
  const texts = [
    'Hello, World! How are you?',
    'hello world how are you',
    'Ｈｅｌｌｏ　Ｗｏｒｌｄ，how are you',
    'goodbye moon where is it',
  ];
  expect([...duplicatesOf(texts).group]).toEqual([0, 0, 0, 3]);
  expect([...duplicatesOf(texts).same]).toEqual([0, 1, 2, 3]);
});

test('finds nearly all pairs at or above the threshold and none below, in Chinese and English', () => {
  const texts: string[] = [];
  let expected = 0;
  const pairs: [number, number, number][] = [];
  for (let count = 0; count < 3000; count++) {
    const text = count % 2 === 0 ? sentence() : chinese();
    const edits = 1 + Math.floor(next() * 6);
    let copy = text;
    for (let edit = 0; edit < edits; edit++) {
      const at = Math.floor(next() * copy.length);
      copy = copy.slice(0, at) + (count % 2 === 0 ? 'x' : '新') + copy.slice(at + 1);
    }
    pairs.push([texts.length, texts.length + 1, similarityByDefinition(text, copy)]);
    texts.push(text, copy);
  }
  const { group } = duplicatesOf(texts);
  let found = 0;
  for (const [first, second, similarity] of pairs) {
    const isGroup = group[first] === group[second];
    if (similarity >= 0.8) {
      expected++;
      if (isGroup) found++;
    } else expect(isGroup, `${similarity}`).toBe(false);
  }
  expect(expected).toBeGreaterThan(1000);
  expect(found / expected).toBeGreaterThan(0.995);
});

test('a chain of similar texts is one group, named by its first', () => {
  const base = sentence();
  const chain = [base, `${base} a`, `${base} a bc`, `${base} a bc def`];
  expect([...duplicatesOf([sentence(), ...chain]).group]).toEqual([0, 1, 1, 1, 1]);
});

test('texts too short for a run and texts of signs alone are compared as a whole', () => {
  expect([...duplicatesOf(['a', 'b', 'a', '好', '!!', '??', '', '']).group]).toEqual([0, 1, 0, 3, 4, 5, 6, 6]);
});

test('hashes differ for 300,000 different texts and are spread over all bits', () => {
  const high = new Uint32Array(300_000);
  const low = new Uint32Array(300_000);
  const ones = new Float64Array(64);
  for (let index = 0; index < high.length; index++) {
    hashText(`item ${index}`);
    high[index] = hashOfText.high;
    low[index] = hashOfText.low;
    for (let bit = 0; bit < 32; bit++) {
      ones[bit] = ones[bit]! + ((high[index]! >>> bit) & 1);
      ones[32 + bit] = ones[32 + bit]! + ((low[index]! >>> bit) & 1);
    }
  }
  expect(firstOfEach(high, low).every((first, item) => first === item)).toBe(true);
  expect(new Set(high).size).toBeGreaterThan(299_950);
  for (const count of ones) expect(Math.abs(count / high.length - 0.5)).toBeLessThan(0.01);
});
