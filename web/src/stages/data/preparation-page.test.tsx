import '../../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const idOf = (number: number) => `01a20a76-a2a3-7a62-8176-${String(number).padStart(12, '0')}`;
const VERSION = datasetVersionNamed(idOf(99), 'Texts');
const preparation = (number: number, state: Preparation['state'] = 'cancelled'): Preparation => ({
  ...{ jobId: idOf(number), state, progress: null, error: null, cancelRequestedAt: null, finishedAt: null },
  ...{ createdAt: `2026-01-0${number}T00:00:00.000Z`, datasetName: { en: `Made ${number}`, zh: `准备 ${number}` } },
  ...{ origin: { kind: 'version', datasetVersionId: VERSION.id }, recipe: { version: 1, steps: [] } },
  ...{ splits: null, datasetVersionId: null },
});
let asked: string[];
let pages: Record<string, { items: Preparation[]; nextCursor: string | null } | Response>;
let furtherBack: Preparation;

beforeEach(() => {
  asked = [];
  pages = {
    first: { items: [preparation(4), preparation(3)], nextCursor: 'older' },
    older: { items: [preparation(2)], nextCursor: null },
  };
  furtherBack = preparation(1);
  stubServer((url) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    if (pathname.endsWith(`/projects/${PROJECT}/dataset-versions`)) return { items: [VERSION], nextCursor: null };
    if (pathname.endsWith(`/dataset-versions/${VERSION.id}`)) return VERSION;
    if (pathname.includes('/api/preparations/')) {
      asked.push(pathname);
      return { ...furtherBack, projectId: PROJECT };
    }
    if (!pathname.endsWith(`/projects/${PROJECT}/preparations`)) return undefined;
    const cursor = searchParams.get('cursor') ?? 'first';
    asked.push(cursor);
    return pages[cursor];
  });
});
afterEach(() => vi.unstubAllGlobals());

const entries = async () => {
  const found = await screen.findAllByTestId('preparation', undefined, { timeout: 60_000 });
  return found.map((entry) => within(entry).getByText(/^(Made|准备) \d$/).textContent);
};

test.each<[Language, string, RegExp, RegExp, string]>([
  ['en', 'Made', /^Show more$/, /Try again$/, 'The rest could not be read.'],
  ['zh', '准备', /^显示更多$/, /重\s?试$/, '其余内容无法读取。'],
])('old preparations are reached from the end of the list (%s)', async (language, made, more, again, unread) => {
  translationsIn(language);
  const { older } = pages;
  pages['older'] = Response.json({}, { status: 500 });
  renderApp(`/projects/${PROJECT}/data/prepare`);
  expect(await entries()).toEqual([`${made} 4`, `${made} 3`]);
  fireEvent.click(screen.getByRole('button', { name: more }));
  expect(await screen.findByText(unread)).toBeTruthy();
  pages['older'] = older!;
  fireEvent.click(screen.getByRole('button', { name: again }));
  await waitFor(async () => expect(await entries()).toEqual([`${made} 4`, `${made} 3`, `${made} 2`]));
  expect(screen.queryByRole('button', { name: more })).toBeNull();
});

test('the one that the address names is shown, however far back it stands, and looked at by itself while it goes on', async () => {
  translationsIn('en');
  furtherBack = preparation(1, 'running');
  renderApp(`/projects/${PROJECT}/data/prepare?job=${furtherBack.jobId}`);
  expect(await entries()).toEqual(['Made 1', 'Made 4', 'Made 3']);
  furtherBack = preparation(1, 'failed');
  await waitFor(() => expect(screen.getAllByTestId('preparation')[0]?.dataset['state']).toBe('failed'), {
    timeout: 5000,
  });
  expect(asked.filter((one) => one === 'first' || one === 'older')).toEqual(['first']);
});
