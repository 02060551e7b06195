import { expect, test } from 'vitest';
import { takenOver, takenOverAgain } from './rules.ts';
import { recallMust } from './test-matrix.ts';

const gapOn = (slice: string) => recallMust({ metric: 'slice-gap', operator: '<=', threshold: 0.05, slice });

test('a criterion of the matrix follows its acceptance criterion by name to another slice, unless somebody named it', () => {
  const before = takenOver(gapOn('dialect'), 'a');
  expect(before.name.en).toContain('(dialect)');
  const after = takenOverAgain(before, gapOn('lang'));
  expect(after).toMatchObject({ id: 'a', requirement: { slice: 'lang' }, weight: before.weight });
  expect(after.name).toEqual(takenOver(gapOn('lang'), 'a').name);
  const named = { ...before, name: { en: 'Fairness' } };
  expect(takenOverAgain(named, gapOn('lang'))).toMatchObject({
    name: { en: 'Fairness' },
    requirement: { slice: 'lang' },
  });
});
