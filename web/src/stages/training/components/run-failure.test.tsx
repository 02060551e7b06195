import '../../../testing/browser-stubs.ts';
import type { Run, RunError } from '@greenlight/shared/stages/training/contract.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { RunFailure } from './run-failure.tsx';

const ERROR: RunError = {
  code: 'non-finite-loss',
  message: { en: 'It became unstable.' },
  advice: { en: 'Lower the learning rate.' },
  place: {
    step: 12,
    layer: 'encoder.0.selfAttention',
    tensor: 'embedding',
    batch: { rows: 4, sourceTokens: 16, targetTokens: 8 },
  },
};

function runWith(...steps: number[]): Run {
  const artifacts = steps.map((step) => ({ id: `at-${step}`, kind: 'checkpoint', step }));
  return { id: 'r', artifacts } as unknown as Run;
}

beforeEach(() => {
  translationsIn('en');
});

test('the place of the failure is shown with the checkpoint that can still be used', () => {
  renderPart(<RunFailure run={runWith(5, 10, 11)} error={ERROR} />);
  const place = screen.getByTestId('failure-place').textContent;
  for (const part of ['Step12', 'encoder.0.selfAttention', 'embedding', '4 rows, 16 source and 8 target tokens']) {
    expect(place).toContain(part);
  }
  expect(place).not.toContain('Micro-batch');
  const kept = screen.getByTestId('good-checkpoint');
  expect(kept.textContent).toBe('Step 10');
  expect(kept.getAttribute('href')).toContain('/at-10/');
  expect(screen.getByText('Lower the learning rate.')).toBeTruthy();
});

test('where none was written early enough, that is said', () => {
  renderPart(<RunFailure run={runWith(11)} error={ERROR} />);
  expect(screen.getByTestId('failure-place').textContent).toContain('None was written early enough');
});

test('a failure without a place shows its sentences alone', () => {
  const { code, message, advice } = ERROR;
  renderPart(<RunFailure run={runWith()} error={{ code, message, advice }} />);
  expect(screen.getByText('The run failed: It became unstable.')).toBeTruthy();
  expect(screen.queryByTestId('failure-place')).toBeNull();
});
