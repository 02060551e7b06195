import '../../../testing/browser-stubs.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { plannedRun } from '../../../testing/planned-run.ts';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { PlanComparison } from './plan-comparison.tsx';

function runWith(more: Partial<Run>): Run {
  const plan = plannedRun();
  const wallMs = 3 * plan.time!.total.value;
  const usage = {
    ...{
      wallMs,
      preparationMs: 1,
      recordingMs: 1,
      stepsMs: plan.steps * plan.time!.stepMs.value,
      steps: plan.steps,
      tokens: 90,
    },
    ...{ evaluationMs: 1, evaluations: 1, reportingMs: 1, finalEvaluationMs: 1 },
    ...{ peakMemoryBytes: 2 ** 30, cpuMs: 1000, measuredKilowattHours: null },
  };
  return { plan, usage, progress: null, state: 'finished', workerName: 'one', attempt: 1, ...more } as Run;
}

const row = (quantity: string) =>
  screen.getByTestId('plan-comparison').querySelector(`[data-quantity="${quantity}"]`)?.textContent;

beforeEach(() => {
  translationsIn('en');
});

test('a finished run shows what it took against its plan, with the deviation in words', async () => {
  renderLinked(<PlanComparison run={runWith({})} />);
  expect((await screen.findByTestId('plan-verdict')).textContent).toContain(
    'Time: 200 % more than planned, outside the interval',
  );
  expect(row('stepMs')).toContain('as planned');
  expect(row('memory')).toContain('1.0 GiB');
  expect(row('energy')).toContain('estimated');
  expect(row('cost')).toContain('EUR');
  expect(screen.getByTestId('plan-assumptions').textContent).toContain('rated power in the worker');
  expect(screen.getByTestId('plan-rates').textContent).toMatch(
    /Energy at \d+ W on average, from the power that is set/,
  );
  expect(screen.getByTestId('plan-rates').textContent).toContain('Cost at 36.00 EUR an hour.');
  expect(screen.queryByTestId('plan-ended-early')).toBeNull();
});

test('a run that ended early says with how many steps it is compared', async () => {
  const run = runWith({});
  renderLinked(<PlanComparison run={{ ...run, usage: { ...run.usage!, steps: 4 } }} />);
  expect((await screen.findByTestId('plan-ended-early')).textContent).toContain(`after 4 of ${run.plan!.steps} steps`);
});

test('before the first steps nothing is compared, and another worker is named', async () => {
  renderLinked(<PlanComparison run={runWith({ usage: null, state: 'running', workerName: 'two' })} />);
  expect((await screen.findByTestId('plan-verdict')).textContent).toContain('The first steps will show');
  expect(screen.getByText('Planned for one, taken by two.')).toBeTruthy();
});

test('a run without a plan shows nothing', async () => {
  renderLinked(
    <>
      <PlanComparison run={runWith({ plan: null })} />
      <p>what follows</p>
    </>,
  );
  expect(await screen.findByText('what follows')).toBeTruthy();
  expect(screen.queryByTestId('plan-comparison')).toBeNull();
});
