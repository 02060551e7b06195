import '../../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const erasure = (id: string, reason: string) => ({
  ...{ id, projectId: PROJECT, state: 'finished', reason, requestedBy: 'a@example.com' },
  createdAt: '2026-01-01T00:00:00.000Z',
});

afterEach(() => vi.unstubAllGlobals());

test.each<[Language, RegExp, RegExp, string]>([
  ['en', /^Show more$/, /Try again$/, 'The rest could not be read.'],
  ['zh', /^显示更多$/, /重\s?试$/, '其余内容无法读取。'],
])('who was erased long ago is reached from the end of the list (%s)', async (language, more, again, unread) => {
  translationsIn(language);
  let fails = true;
  stubServer((url) => {
    if (!url.includes(`/api/projects/${PROJECT}/erasures`)) return undefined;
    if (!url.includes('cursor=older')) return { items: [erasure(PROJECT, 'newest')], nextCursor: 'older' };
    if (fails) return Response.json({}, { status: 500 });
    return { items: [erasure('01a20a76-a2a3-7a62-8176-708ce0b86c35', 'long ago')], nextCursor: null };
  });
  renderApp(`/projects/${PROJECT}/data/erasures`);
  expect(await screen.findByRole('link', { name: 'newest' }, { timeout: 60_000 })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: more }));
  expect(await screen.findByText(unread)).toBeTruthy();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: again }));
  expect(await screen.findByRole('link', { name: 'long ago' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: more })).toBeNull();
});
