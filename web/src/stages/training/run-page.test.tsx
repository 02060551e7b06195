import '../../testing/browser-stubs.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const RUN = '01a20a76-a2a3-7a62-8176-708ce0b86c35';
const at = '2026-01-01T00:00:00.000Z';
const run: Run = {
  ...{ id: RUN, projectId: PROJECT, number: 1, name: { en: 'A run' }, notes: { en: '' }, state: 'finished' },
  ...{ configuration: runConfiguration.parse({}), datasetVersionId: RUN, tokenizer: null, startedFrom: null },
  ...{
    createdAt: at,
    startedAt: at,
    finishedAt: at,
    cancelRequestedAt: null,
    progress: null,
    device: null,
    plan: null,
  },
  ...{ evaluations: null, workerName: null, attempt: 1, error: null, usage: null, lastSequence: 3 },
  ...{ finalMetrics: {}, samples: [], artifacts: [], evaluationId: null, sweep: null },
};
/** Loss, quality, ROC, optimiser. */
const CHARTS = 4;
const asked: string[] = [];
let answerMetrics: (reply: Response) => void;
/** What the server says of the run's data version; nothing is known of it where this is undefined. */
let version: Promise<Response> | undefined;

beforeEach(() => {
  translationsIn('en');
  asked.length = 0;
  version = undefined;
  const metrics = new Promise<Response>((resolve) => (answerMetrics = resolve));
  stubServer((url) => {
    asked.push(url);
    if (url.endsWith(`/api/runs/${RUN}`)) return run;
    if (url.includes('/api/dataset-versions/')) return version;
    return url.includes('/metrics') ? metrics : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

test('a run under the address of another project is shown in its own', async () => {
  renderApp(`/projects/01a20a76-a2a3-7a62-8176-708ce0b86c99/training/runs/${RUN}`);
  answerMetrics(Response.json({ series: [] }));
  const overview = await screen.findByRole('link', { name: /Overview/ }, { timeout: 60_000 });
  await waitFor(() => expect(overview.getAttribute('href')).toBe(`/projects/${PROJECT}`), { timeout: 60_000 });
});

test('of a run that has ended nothing is said to be awaited, neither while it is read nor afterwards', async () => {
  renderApp(`/projects/${PROJECT}/training/runs/${RUN}`);
  await waitFor(() => expect(asked.some((url) => url.includes('/metrics'))).toBe(true), { timeout: 60_000 });
  await screen.findByTestId('run-state', undefined, { timeout: 60_000 });
  expect(screen.queryByText('Waiting for the first point')).toBeNull();
  answerMetrics(Response.json({ series: [] }));
  await waitFor(() => expect(screen.getAllByText(/^The run ended before/)).toHaveLength(CHARTS), { timeout: 60_000 });
  expect(screen.getByText(/ended without a checkpoint, so there is no model to try/)).toBeTruthy();
  expect(document.body.textContent).not.toMatch(/Waiting|yet|as soon as|appears/);
});

test('the page comes with what its data version adds, which would push other parts down later', async () => {
  const { promise, resolve: answerVersion } = Promise.withResolvers<Response>();
  version = promise;
  renderApp(`/projects/${PROJECT}/training/runs/${RUN}`);
  await waitFor(() => expect(asked.some((url) => url.includes('/api/dataset-versions/'))).toBe(true));
  expect(screen.queryByTestId('run-state')).toBeNull();
  const { splits, ...known } = datasetVersionNamed(RUN, 'Texts');
  answerVersion(Response.json({ ...known, splits: { ...splits, sameAsTraining: true }, preview: [] }));
  await screen.findByTestId('run-state', undefined, { timeout: 60_000 });
  expect(screen.getByText(/^Its validation and test items are the training items/)).toBeTruthy();
});
