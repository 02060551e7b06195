import { sourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { expect, test } from 'vitest';
import { labelColumnOf, labelKindOf, withEncoding, withLabel, withSplit, withText } from './source-mapping.ts';

const mapping = sourceMapping.parse({
  ...{ text: 'comment', labels: ['verdict'], split: 'part' },
  tasks: [
    { name: 'topic', column: 'topic', kind: 'single' },
    { name: 'severity', column: 'severity', kind: 'value' },
  ],
});
const tasksOf = ({ tasks = [] }: typeof mapping) => tasks.map(({ column }) => column);

test('a column that becomes the text is no task, no label and no split any more', () => {
  expect(withText(mapping, 'topic')).toEqual({ ...mapping, text: 'topic', tasks: [mapping.tasks![1]] });
  expect(withText(mapping, 'part')).not.toHaveProperty('split');
  const unlabelled = withText(mapping, 'verdict');
  expect([labelKindOf(unlabelled), labelColumnOf(unlabelled)]).toEqual(['none', undefined]);
});

test('a column that becomes the split is no task any more, and clearing it changes nothing else', () => {
  expect(withSplit(mapping, 'severity')).toEqual({ ...mapping, split: 'severity', tasks: [mapping.tasks![0]] });
  expect(withSplit(withSplit(mapping, undefined), 'part')).toEqual(mapping);
});

test.each(['single', 'multiple', 'value'] as const)(
  'a column that becomes the label (%s) is no task any more',
  (kind) => {
    const changed = withLabel(mapping, kind, 'topic');
    expect([labelKindOf(changed), labelColumnOf(changed), tasksOf(changed)]).toEqual([kind, 'topic', ['severity']]);
    expect(sourceMapping.safeParse(changed).success).toBe(true);
  },
);

test('another encoding keeps the columns whose names read alike in all of them, and has others suggested anew', () => {
  expect(withEncoding(mapping, 'big5')).toEqual({ ...mapping, encoding: 'big5' });
  expect(withEncoding(withText(mapping, '留言'), 'big5')).toBeNull();
  expect(withEncoding(withSplit(mapping, 'é'), 'windows-1252')).toBeNull();
});
