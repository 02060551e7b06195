import '../testing/browser-stubs.ts';
import { carriesRight, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import type { StepAction } from '@greenlight/shared/projects/step-rights.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { NextStep } from './next-step.tsx';

function show(action: StepAction, roles: readonly ProjectRole[]): void {
  const ids = { runId: null, evaluationId: null, architecture: null, datasetVersionId: null };
  const step = { stage: 'data', action, ...ids } as const;
  renderPart(<NextStep projectId="p" step={step} may={(right) => carriesRight({ roles, isAdmin: false }, right)} />);
}

test.each([
  ['start-run', ['product-manager'], 'Who can do this: Data scientist'],
  ['review-requirement', ['product-manager', 'data-scientist', 'engineer'], 'Who can do this: Approver'],
  ['weigh-candidates', ['viewer'], 'Who can do this: Product manager, Data scientist'],
] as const)('%s, read as %s, names who may instead of a link', (action, roles, said) => {
  translationsIn('en');
  show(action, roles);
  expect(screen.getByTestId('step-holders').textContent).toBe(said);
  expect(screen.queryByRole('link')).toBeNull();
  expect(screen.queryByRole('button')).toBeNull();
});

test('in Chinese too', () => {
  translationsIn('zh');
  show('weigh-candidates', ['viewer']);
  expect(screen.getByText('由产品经理、数据科学家完成')).toBeDefined();
});
