import '../../../testing/browser-stubs.ts';
import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { PreparationList } from './preparation-list.tsx';

const account = { id: 'u', email: 'a@example.com', name: 'Ada', isAdmin: false, hasPassword: true };

beforeEach(() => {
  translationsIn('en');
  vi.stubGlobal('fetch', async (url: string) =>
    Response.json(url.includes('/session') ? { account } : { roles: ['data-scientist'] }),
  );
});
afterEach(() => vi.unstubAllGlobals());

function show(origin: object, code: string, more: object = {}): void {
  const preparation = {
    ...{ jobId: 'j', state: 'failed', progress: null, cancelRequestedAt: null, createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ datasetName: { en: 'Reviews' }, recipe: { version: 1, steps: [] }, splits: null, datasetVersionId: null },
    error: { code, message: { en: 'It failed.' }, advice: { en: 'Do this.' } },
    origin,
    ...more,
  } as unknown as Preparation;
  renderLinked(<PreparationList projectId="p" preparations={[preparation]} open={undefined} />);
}

test('a file that cannot be read as it was mapped is imported another way, not tried again', async () => {
  show({ kind: 'source', sourceId: 's1' }, 'source-unreadable');
  const link = await screen.findByRole('link', { name: 'Import it another way' });
  expect(link.getAttribute('href')).toBe('/projects/p/data/uploads?source=s1');
  expect(screen.queryByRole('button')).toBeNull();
});

test.each([
  [{ kind: 'source', sourceId: 's1' }, 'worker-lost'],
  [{ kind: 'version', datasetVersionId: 'v' }, 'source-unreadable'],
])('what may succeed next time is tried again: %o after %s', async (origin, code) => {
  show(origin, code);
  expect(await screen.findByRole('button')).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Import it another way' })).toBeNull();
});

test.each([
  [1, 'Go on', true],
  [30, 'Begin anew', false],
])('what was cancelled %d hours ago says truly what is left of it: %s', async (hours, action, isKept) => {
  const finishedAt = new Date(Date.now() - hours * 3_600_000).toISOString();
  show({ kind: 'version', datasetVersionId: 'v' }, 'none', { state: 'cancelled', error: null, finishedAt });
  expect(await screen.findByRole('button', { name: action })).toBeTruthy();
  expect(screen.queryByText(/stays on its worker/) !== null).toBe(isKept);
});

test('between two Chinese sentences there is no space', async () => {
  translationsIn('zh');
  const error = { code: 'worker-lost', message: { zh: '训练机失联。' }, advice: { zh: '请重试。' } };
  show({ kind: 'version', datasetVersionId: 'v' }, 'worker-lost', { error });
  expect((await screen.findByRole('alert')).textContent).toBe('训练机失联。请重试。');
});
