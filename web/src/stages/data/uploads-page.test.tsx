import '../../testing/browser-stubs.ts';
import { dataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const source = (id: string, name: string) =>
  dataSource.parse({
    ...{ id, projectId: PROJECT, name, format: 'csv', sizeBytes: 40, state: 'complete', receivedBytes: 40 },
    ...{ partBytes: 40, sha256: '0'.repeat(64), createdBy: 'a@shop.example' },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-08T00:00:00.000Z' },
  });
const NEWEST = source(PROJECT, 'newest.csv');
const OLD = source('01a20a76-a2a3-7a62-8176-708ce0b86c35', 'old.csv');
const MINE = {
  ...{ id: PROJECT, name: 'Mine', localizedName: null, goal: { en: 'g' }, roles: ['data-scientist'] },
  ...{ stages: [], criteria: [] },
};
let preparations: unknown;

beforeEach(() => {
  translationsIn('en');
  preparations = { items: [], nextCursor: null };
  stubServer((url) => {
    if (url.endsWith(`/api/projects/${PROJECT}`)) return MINE;
    if (url.includes(`/api/projects/${PROJECT}/sources`)) return { items: [NEWEST], nextCursor: 'older' };
    if (url.endsWith(`/api/sources/${OLD.id}`)) return { ...OLD, parts: [] };
    return url.includes(`/api/projects/${PROJECT}/preparations`) ? preparations : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

test('a file that the address names is read, however many have come since', async () => {
  renderApp(`/projects/${PROJECT}/data/uploads?source=${OLD.id}`);
  expect(await screen.findByText(/old\.csv/, undefined, { timeout: 60_000 })).toBeTruthy();
});

test('that preparations could not be read is said, and not that there are none', async () => {
  preparations = Response.json({}, { status: 500 });
  renderApp(`/projects/${PROJECT}/data/uploads`);
  expect(await screen.findByRole('button', { name: 'Try again' }, { timeout: 60_000 })).toBeTruthy();
  expect(screen.queryByText('Nothing was prepared yet.')).toBeNull();
});
