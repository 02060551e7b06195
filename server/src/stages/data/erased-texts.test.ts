import { expect, test } from 'vitest';
import { distinctLabels, withoutNamesOf, withoutPerson } from './erased-texts.ts';

const isMeant = (text: string) => text.includes('张伟');

test('names that replace others stay distinct, also beside what was erased before', () => {
  expect(distinctLabels(['[ERASED]', '张伟', 'spam', '张伟 2'], isMeant)).toEqual([
    ...['[ERASED]', '[ERASED] 2', 'spam', '[ERASED] 3'],
  ]);
  const item = { text: 'a', split: 'train' as const, columns: { 张伟: 'x', city: 'y' } };
  expect(withoutNamesOf(item, isMeant)).toEqual({ ...item, columns: { '[ERASED]': 'x', city: 'y' } });
  const innocent = { ...item, columns: { city: '张伟' } };
  expect(withoutNamesOf(innocent, isMeant)).toBe(innocent);
});

test('names of tasks stay, in heads, in tasks of versions and in plans: everything is found by them', () => {
  const heads = [{ name: '张伟', task: 'single-label', confusion: [{ actual: '张伟', predicted: 'b', count: 1 }] }];
  expect(withoutPerson(heads, isMeant)).toEqual([
    { name: '张伟', task: 'single-label', confusion: [{ actual: '[ERASED]', predicted: 'b', count: 1 }] },
  ]);
  const plan = { mapping: { tasks: [{ name: '张伟', kind: 'single', column: '张伟' }], text: '张伟' }, name: '张伟' };
  expect(withoutPerson(plan, isMeant)).toEqual({
    mapping: { tasks: [{ name: '张伟', kind: 'single', column: '[ERASED]' }], text: '[ERASED]' },
    name: '[ERASED]',
  });
});
