import { expect, test } from 'vitest';
import type { Criterion } from './contract.ts';
import { changeAfterEvidence, criteriaDifferences, versionInForce } from './differences.ts';
import { approvalBy, stateAfterAction } from './lifecycle.ts';

const criterion = (id: string, change: Partial<Criterion> = {}): Criterion => ({
  id,
  metric: 'recall-macro',
  operator: '>=',
  threshold: 0.9,
  unit: '',
  slice: null,
  level: 'must',
  decisionMode: 'interval',
  minimumItems: 500,
  reason: { en: 'Because.', zh: '因为。' },
  ...change,
});
const version = (number: number, day: number, criteria: Criterion[]) => ({
  version: number,
  approvedAt: `2026-01-0${day}T00:00:00.000Z`,
  criteria,
});
const EVALUATED = '2026-01-02T12:00:00.000Z';

test('differences name the changed field, what was removed and what was added; the order of languages is none', () => {
  const [one, two, three] = [criterion('1'), criterion('2'), criterion('3')];
  const changed = { ...one, threshold: 0.8, reason: { zh: '因为。', en: 'Because.' } };
  expect(criteriaDifferences([one, two], [changed, three])).toEqual([
    { field: 'threshold', criterion: changed, before: 0.9, after: 0.8 },
    { field: 'criterion', criterion: two, before: two, after: null },
    { field: 'criterion', criterion: three, before: null, after: three },
  ]);
});

test('the version that stood at a moment is the last one approved by then', () => {
  const versions = [version(1, 1, []), version(2, 3, [])];
  expect(versionInForce(versions, '2025-12-31T00:00:00.000Z')).toBeUndefined();
  expect(versionInForce(versions, EVALUATED)?.version).toBe(1);
  expect(versionInForce(versions, '2026-01-03T00:00:00.000Z')?.version).toBe(2);
});

test.each<[string, Parameters<typeof changeAfterEvidence>, object | null]>([
  ['nothing is approved', [[], EVALUATED], null],
  ['nothing was evaluated', [[version(1, 1, [criterion('1')])], null], null],
  ['approved before', [[version(1, 1, [criterion('1')])], EVALUATED], null],
  ['first approved afterwards', [[version(1, 3, [criterion('1')])], EVALUATED], { fromVersion: null, toVersion: 1 }],
  [
    'loosened afterwards',
    [[version(1, 1, [criterion('1')]), version(2, 3, [criterion('1', { threshold: 0.8 })])], EVALUATED],
    { fromVersion: 1, toVersion: 2, differences: [{ field: 'threshold', before: 0.9, after: 0.8 }] },
  ],
  [
    'changed before and after',
    [[version(1, 1, []), version(2, 2, [criterion('1')]), version(3, 3, [])], EVALUATED],
    { fromVersion: 2, toVersion: 3 },
  ],
  [
    'only the reason was written better',
    [[version(1, 1, [criterion('1')]), version(2, 3, [criterion('1', { reason: { en: 'Better.' } })])], EVALUATED],
    null,
  ],
  [
    'changed back',
    [[version(1, 1, [criterion('1')]), version(2, 3, []), version(3, 4, [criterion('1')])], EVALUATED],
    null,
  ],
])('criteria changed after evidence: %s', (_, given, expected) => {
  const found = changeAfterEvidence(...given);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatchObject(expected);
});

test('nothing leads out of approval, and only review leads into it', () => {
  const actions = ['save', 'discard', 'submit', 'withdraw', 'send-back', 'approve'] as const;
  const after = (state: 'draft' | 'in-review' | 'approved') => actions.map((action) => stateAfterAction(state, action));
  expect(after('draft')).toEqual(['draft', 'gone', 'in-review', undefined, undefined, undefined]);
  expect(after('in-review')).toEqual([undefined, undefined, undefined, 'draft', 'draft', 'approved']);
  expect(after('approved')).toEqual(actions.map(() => undefined));
});

test.each([
  ['somebody else', 'c', true, 'approved'],
  ['somebody else, alone', 'c', false, 'approved'],
  ['an author', 'a', true, 'refused'],
  ['an author, alone', 'b', false, 'override'],
] as const)('approval by %s', (_, actor, hasSecondPerson, expected) => {
  expect(approvalBy(actor, ['a', 'b'], hasSecondPerson)).toBe(expected);
});
