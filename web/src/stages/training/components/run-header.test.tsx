import '../../../testing/browser-stubs.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { RunHeader } from './run-header.tsx';

const PROGRESS = {
  ...{ step: 30, totalSteps: 30, epoch: 10, totalEpochs: 10, elapsedMs: 9800, remainingMs: 0, remainingRange: null },
  ...{ tokensPerSecond: 500, share: { compute: 0.974, data: 0.008, evaluation: 0.012, reporting: 0.004 } },
};

function show(state: Run['state'], usage: Partial<NonNullable<Run['usage']>> | null): void {
  const run = { state, progress: PROGRESS, usage, device: null } as unknown as Run;
  renderPart(<RunHeader run={run} live={{ connection: 'live', latestPoint: null }} isActive={state !== 'finished'} />);
}

beforeEach(() => {
  translationsIn('en');
});

test('the shares are those of the training, and the final evaluation has its own', () => {
  show('finished', { wallMs: 13_000, finalEvaluationMs: 3120 });
  const shares = screen.getByTestId('time-shares').textContent;
  expect(shares).toMatch(/^training: 97.* computing.*1\.2.* evaluating.*0\.4.* saving and reporting$/);
  expect(screen.getByTestId('final-evaluation').textContent).toMatch(/^final evaluation: 3 s, 24\s% of the whole run$/);
});

test('the phase after the last step is named as soon as it begins', () => {
  show('evaluating', { wallMs: 10_000, finalEvaluationMs: 0 });
  expect(screen.getByText('Final evaluation: training is done')).toBeDefined();
  expect(screen.queryByTestId('final-evaluation')).toBeNull();
});
