import '../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { requirementVersion } from '../testing/requirement-version.ts';
import { translationsIn } from '../testing/translations.ts';
import { ChangedAfterEvidenceNotice } from './changed-after-evidence.tsx';
import { Differences } from './differences.tsx';

const before = requirementVersion();
const [criterion] = before.criteria;
const after = requirementVersion({
  scenario: 'finance',
  constraints: { ...before.constraints, personalData: false, languages: ['zh', 'en'], regulations: ['gdpr'] },
  risks: [],
  criteria: [
    { ...criterion!, threshold: 0.8, slice: 'short' },
    { ...criterion!, id: crypto.randomUUID(), metric: 'auc-macro' },
  ],
});

function rows(): string[][] {
  return screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}

test('every kind of field reads in words, before and after', () => {
  translationsIn('en');
  renderPart(<Differences differences={contentDifferences(before, after)} />);
  expect(rows()).toEqual([
    ['Scenario', 'Content moderation', 'Finance'],
    ['Risks', 'Irony.', '–'],
    ['Personal data', 'Yes', 'No'],
    ['Laws and rules that apply', '–', 'GDPR'],
    ['Languages', 'Chinese', 'Chinese, English'],
    ['Threshold of Recall (macro) ≥ 0.8 on “short”', '0.9', '0.8'],
    ['Slice of Recall (macro) ≥ 0.8 on “short”', '–', 'short'],
    ['Added', '–', 'AUC (macro) ≥ 0.9 · Must'],
  ]);
});

test.each<[Language, string[]]>([
  ['en', ['Goal', 'Find abuse.', 'Find abuse at once.']],
  ['zh', ['目标（英文）', 'Find abuse.', 'Find abuse at once.']],
])('a text that changed in one language alone never reads the same before and after (%s)', (language, row) => {
  translationsIn(language);
  const goal = { zh: '找出辱骂。', en: 'Find abuse.' };
  const changed = { ...before, goal: { ...goal, en: 'Find abuse at once.' } };
  renderPart(<Differences differences={contentDifferences({ ...before, goal }, changed)} />);
  expect(rows()).toEqual([row]);
});

test('a change after evidence is said loudly, with both versions and the difference', () => {
  translationsIn('zh');
  const change = {
    fromVersion: 1,
    toVersion: 2,
    approvedAt: '2026-01-03T00:00:00.000Z',
    firstEvidenceAt: '2026-01-02T00:00:00.000Z',
    differences: contentDifferences(before, { ...before, criteria: after.criteria.slice(0, 1) }),
  };
  renderPart(<ChangedAfterEvidenceNotice change={change} isOpen />);
  expect(screen.getByTestId('changed-after-evidence').textContent).toMatch(/标准在取得证据之后有改动.*版本 2.*版本 1/);
  expect(rows()[0]).toEqual(['召回率（宏平均） ≥ 0.8（切片“short”）的阈值', '0.9', '0.8']);
});
