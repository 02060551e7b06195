import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { criterionVerdict } from '../testing/criterion-verdict.ts';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { CriteriaTable } from './criteria-table.tsx';

const unmeasured = criterionVerdict({ verdict: 'no-evidence', value: null });
const columns = () => screen.getAllByRole('columnheader').map(({ textContent }) => textContent);

test('before any measurement the criteria stand alone, and one sentence says why', () => {
  translationsIn('en');
  renderPart(<CriteriaTable verdicts={[unmeasured]} />);
  expect(columns()).toEqual(['Criterion', 'Level']);
  expect(screen.getByText(/^Nothing is measured yet/)).toBeDefined();
});

test('with one measurement every criterion says whether it has evidence', () => {
  translationsIn('en');
  const measured = criterionVerdict({ verdict: 'fail', criterion: { id: crypto.randomUUID() } });
  renderPart(<CriteriaTable verdicts={[unmeasured, measured]} />);
  expect(columns()).toHaveLength(4);
  expect(screen.getByText('No evidence yet: nothing measured this')).toBeDefined();
});
