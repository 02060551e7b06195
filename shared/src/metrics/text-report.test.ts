import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bleu, bleuStatistics } from './bleu.ts';
import { chrf, chrfStatistics } from './chrf.ts';
import { isMemorised, longestOverlaps } from './memorisation.ts';
import { seededRandom } from './random.ts';
import { findMetric } from './registry.ts';
import { rougeL } from './rouge.ts';
import { type GeneratedText, textReport } from './text-report.ts';
import { tokenisationFor, tokenise, type Tokenisation } from './tokenisation.ts';

interface GoldenCorpus {
  name: string;
  tokenisation: Tokenisation;
  texts: GeneratedText[];
  training: string[];
  tokens: string[][];
  overlaps: number[];
  expected: Record<string, number | null>;
}

const golden = JSON.parse(readFileSync(new URL('./golden/text.json', import.meta.url), 'utf8')) as GoldenCorpus[];
const quick = { resamples: 50, seed: 1 };

describe.each(golden)('$name', ({ tokenisation, texts, training, tokens, overlaps, expected }) => {
  const report = textReport(texts, training, quick);

  test('tokens and tokenisation agree with the reference', () => {
    expect(report.tokenisation).toBe(tokenisation);
    expect(texts.map(({ text }) => tokenise(text, tokenisation))).toEqual(tokens);
  });

  test('every number agrees with the reference and is registered', () => {
    expect(report.metrics.map(({ metric }) => metric).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const { metric, value, items } of report.metrics) {
      expect(findMetric(metric)?.id).toBe(metric);
      expect(items).toBe(texts.length);
      const wanted = expected[metric]!;
      if (wanted === null) expect(value, metric).toBeNull();
      else expect(Math.abs(value! - wanted), metric).toBeLessThan(1e-6);
    }
  });

  test('longest overlaps are those of trying every pair of positions', () => {
    expect(
      longestOverlaps(
        tokens,
        training.map((text) => tokenise(text, tokenisation)),
      ),
    ).toEqual(overlaps);
  });

  test('an interval holds its number', () => {
    for (const { value, low, high } of report.metrics) {
      expect((low === null) === (high === null)).toBe(true);
      if (low !== null) expect(low <= value! && value! <= high!).toBe(true);
    }
  });
});

test('texts without references are measured for variety and memorisation alone', () => {
  const { metrics } = textReport([{ text: 'one two one two one', reference: null }], ['one two'], quick);
  const values = new Map(metrics.map(({ metric, value }) => [metric, value]));
  expect(values.get('bleu')).toBeNull();
  expect(values.get('chrf')).toBeNull();
  expect(values.get('rouge-l')).toBeNull();
  expect(values.get('distinct-1')).toBe(2 / 5);
  expect(values.get('memorisation')).toBe(0);
  expect(values.get('memorisation-overlap')).toBe(2);
});

test('without texts every number is undefined', () => {
  expect(textReport([], ['one'], quick).metrics.every(({ value, low }) => value === null && low === null)).toBe(true);
});

test.each([
  ['a', 'a', 100],
  ['a b c', 'abc', 100],
  ['', 'c', 0],
  ['aa', 'ab', 25],
])("chrF of %o against %o is %d, as in sacreBLEU's own tests", (generated, reference, wanted) => {
  expect(chrf(chrfStatistics(generated, reference))).toBeCloseTo(wanted, 9);
});

test('a text against itself scores highest, against another lower', () => {
  const tokens = tokenise('the quick brown fox jumps over the lazy dog', '13a');
  expect(bleu(bleuStatistics(tokens, tokens))).toBeCloseTo(100, 9);
  expect(rougeL(tokens, tokens)).toBe(1);
  expect(bleu(bleuStatistics(tokens.slice(1), tokens))).toBeLessThan(100);
  expect(rougeL(tokens.toReversed(), tokens)).toBeLessThan(1);
});

test.each([
  [['你好，欢迎来到Python编程世界。'], 'character'],
  [['Hello, 世界 and everyone else'], '13a'],
  [['12 + 34'], '13a'],
  [[], '13a'],
] as const)('%o is cut by %s', (texts, wanted) => {
  expect(tokenisationFor(texts)).toBe(wanted);
});

test('50 tokens or a whole text count as memorised', () => {
  expect(isMemorised(50, 80)).toBe(true);
  expect(isMemorised(49, 80)).toBe(false);
  expect(isMemorised(3, 3)).toBe(true);
  expect(isMemorised(0, 0)).toBe(false);
});

test('on random texts the longest overlap is that of trying every pair of positions', () => {
  const random = seededRandom(17);
  const randomText = () =>
    Array.from({ length: Math.floor(random() * 14) }, () => Math.floor(random() * (1 + random() * 4)));
  for (let round = 0; round < 150; round++) {
    const generated = Array.from({ length: 4 }, randomText);
    const training = Array.from({ length: 3 }, randomText);
    const wanted = generated.map((text) => Math.max(0, ...training.map((source) => overlapByTrying(text, source))));
    expect(longestOverlaps(generated, training)).toEqual(wanted);
  }
});

function overlapByTrying(first: number[], second: number[]): number {
  let longest = 0;
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < second.length; j++) {
      let length = 0;
      while (i + length < first.length && j + length < second.length && first[i + length] === second[j + length]) {
        length++;
      }
      longest = Math.max(longest, length);
    }
  }
  return longest;
}
