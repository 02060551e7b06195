import '../../testing/browser-stubs.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import { App } from 'antd';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createQueryClient } from '../../api/query-client.ts';
import { createAppRouter } from '../../routes.tsx';
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
  ...{ finalMetrics: {}, samples: [], artifacts: [], evaluationId: null },
};
const asked: string[] = [];
let answerMetrics: (reply: Response) => void;

beforeEach(() => {
  translationsIn('en');
  asked.length = 0;
  const metrics = new Promise<Response>((resolve) => (answerMetrics = resolve));
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    if (url.includes('/session'))
      return Response.json({
        account: { id: 'u', email: 'a@example.com', name: 'Ada', isAdmin: false, hasPassword: true },
      });
    if (url.endsWith(`/api/runs/${RUN}`)) return Response.json(run);
    if (url.includes('/metrics')) return metrics;
    // The project comes later than the run: the page does not wait for it.
    if (url.includes(`/api/projects/${PROJECT}`)) return new Promise<Response>(() => undefined);
    if (url.includes('/log') || url.includes('/api/projects?')) return Response.json({ items: [], nextCursor: null });
    return Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 });
  });
});
afterEach(() => vi.unstubAllGlobals());

test('while a finished run is read nothing is said to be awaited', async () => {
  const queryClient = createQueryClient();
  const router = createAppRouter(queryClient);
  router.update({
    ...router.options,
    history: createMemoryHistory({ initialEntries: [`/projects/${PROJECT}/training/runs/${RUN}`] }),
  });
  render(
    <QueryClientProvider client={queryClient}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  await waitFor(() => expect(asked.some((url) => url.includes('/metrics'))).toBe(true), { timeout: 60_000 });
  await screen.findByTestId('run-state', undefined, { timeout: 60_000 });
  expect(screen.queryByText('Waiting for the first point')).toBeNull();
  answerMetrics(Response.json({ series: [] }));
  expect(
    (await screen.findAllByText('Waiting for the first point', undefined, { timeout: 60_000 })).length,
  ).toBeGreaterThan(0);
});
