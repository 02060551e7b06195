import { expect, test } from 'vitest';
import { findPersonalData } from './personal-data/find.ts';
import { ProfileBuilder } from './profile-builder.ts';
import { dataProfile } from './profile.ts';
import type { SourceItem } from './reading/item-reader.ts';

const whole = (rows: number) => ({
  rows,
  empty: 0,
  unreadable: 0,
  duplicates: { exact: 0, near: 0, contained: 0, labelConflicts: 0, partlyCompared: 0, examples: [] },
});

function profileOf(items: readonly SourceItem[], parts = 1) {
  const total = new ProfileBuilder();
  for (let part = 0; part < parts; part++) {
    const builder = new ProfileBuilder();
    for (const item of items.filter((_, index) => index % parts === part))
      builder.add(item, findPersonalData(item.text));
    // Parts cross threads as copies.
    total.addPart(structuredClone(builder.part()));
  }
  return total.profile(whole(items.length));
}

const items: SourceItem[] = Array.from({ length: 3000 }, (_, index) => ({
  text:
    index % 3 === 0
      ? `第${index}条内容，电话1380000${String(index).padStart(4, '0')}`
      : `Item ${index} is about the quick brown fox ${index % 7}`,
  labels: [index % 4 === 0 ? '好' : '坏'],
}));

test('is the same whether counted at once or in parts', () => {
  expect(profileOf(items, 7)).toEqual(profileOf(items));
  expect(dataProfile.parse(profileOf(items, 3))).toEqual(profileOf(items));
});

test('counts by the definitions', () => {
  const profile = profileOf([
    { text: '你好 World', labels: ['a'] },
    { text: 'hello, hello world!', labels: ['a', 'b'] },
    { text: '😀', value: 1 },
    { text: 'これは', labels: [] },
  ]);
  // 你 好 world | hello , hello world ! | 😀 | こ れ は
  expect(profile.tokens).toMatchObject({ total: 12, minimum: 1, median: 3, maximum: 5, mean: 3 });
  expect(profile.characters).toMatchObject({ total: 31, minimum: 1, maximum: 19 });
  expect(profile.vocabulary).toEqual({ count: 10, isExact: true });
  expect(profile.distinct1).toBeCloseTo(10 / 12);
  expect(profile.distinct2).toBe(1);
  expect(profile.languages).toEqual({ zh: 1, en: 1, other: 2 });
  expect(profile.labels).toMatchObject({
    labelled: 3,
    different: 2,
    counts: [
      { label: 'a', count: 2 },
      { label: 'b', count: 1 },
    ],
  });
});

test('long texts are counted within the width of a step', () => {
  const lengths = [5000, 20_000, 80_000];
  const { characters } = profileOf(lengths.map((length) => ({ text: 'x'.repeat(length) })));
  expect(characters).toMatchObject({ minimum: 5000, maximum: 80_000, total: 105_000 });
  expect(Math.abs(characters.median! / 20_000 - 1)).toBeLessThan(0.022);
});

test('a clean dataset scores 100, and each fault costs what the formula says', () => {
  const clean = Array.from({ length: 1000 }, (_, index) => ({ text: `一段没有问题的文本 ${index}` }));
  expect(profileOf(clean).quality).toEqual({ score: 100, reasons: [] });
  const builder = new ProfileBuilder();
  for (const item of clean) builder.add(item, []);
  const { quality } = builder.profile({
    rows: 1250,
    empty: 200,
    unreadable: 50,
    duplicates: { exact: 250, near: 100, contained: 0, labelConflicts: 10, partlyCompared: 0, examples: [] },
  });
  expect(Object.fromEntries(quality.reasons.map(({ code, points }) => [code, points]))).toEqual({
    'exact-duplicates': 12.5,
    unreadable: 8,
    empty: 8,
    'near-duplicates': 3,
    'label-conflicts': 2,
  });
  expect(quality.score).toBe(66.5);
});

test('a dataset without items scores 0 and says why', () => {
  expect(profileOf([]).quality).toMatchObject({ score: 0, reasons: [{ code: 'few-items' }] });
});
