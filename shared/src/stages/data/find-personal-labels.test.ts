import { expect, test } from 'vitest';
import { labelsOfItem, personalLabelsOf } from './find-personal-labels.ts';
import { ProfileBuilder } from './preparation/profile-builder.ts';
import type { SourceItem } from './preparation/reading/item-reader.ts';

const items: readonly SourceItem[] = [
  { text: 'a', labels: ['spam', 'lin.yue@example.org'] },
  { text: 'b', labels: ['spam'], tasks: { sender: '张伟', also: ['wang.fang@example.org', 'none'], age: 3 } },
  { text: 'c', tasks: { sender: '张伟' } },
];

test('labels that are personal data are found once each, with those of tasks', () => {
  expect(personalLabelsOf(items.flatMap(labelsOfItem))).toEqual({
    count: 3,
    examples: ['lin.yue@example.org', '张伟', 'wang.fang@example.org'],
  });
  expect(personalLabelsOf(['spam', 'ham', '3', ''])).toEqual({ count: 0, examples: [] });
  const many = Array.from({ length: 9 }, (_, index) => `user${index}@example.org`);
  expect(personalLabelsOf(many)).toMatchObject({ count: 9, examples: many.slice(0, 5) });
});

test('such labels cost points of the quality, by their share of all labels', () => {
  const profileOf = (labels: readonly string[]) => {
    const builder = new ProfileBuilder();
    for (const label of labels) builder.add({ split: 'train', text: `text of ${label}`, labels: [label] }, []);
    const duplicates = { exact: 0, near: 0, contained: 0, labelConflicts: 0, partlyCompared: 0, examples: [] };
    return builder.profile({ rows: labels.length, empty: 0, unreadable: 0, duplicates });
  };
  const named = profileOf(['spam', 'ham', 'lin.yue@example.org', 'news', 'other', 'a', 'b', 'c', 'd', 'e']);
  expect(named.labels.personal).toBe(1);
  const reason = named.quality.reasons.find(({ code }) => code === 'personal-labels');
  expect(reason?.points).toBe(5);
  expect([reason?.en, reason?.zh].every((text) => text?.includes('10 %'))).toBe(true);
  const plain = profileOf(['spam', 'ham']);
  expect([plain.labels.personal, plain.quality.reasons.some(({ code }) => code === 'personal-labels')]).toEqual([
    0,
    false,
  ]);
});
