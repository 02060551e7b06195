import '../../../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { Candidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { CandidatesView } from './candidates-view.tsx';

const candidate = (id: string): Candidate => ({
  ...{ id, projectId: 'p', kind: 'model-file', name: { en: id, zh: id }, notes: null, architecture: null },
  ...{ modelFileId: 'm', endpoint: null, createdBy: 'a@example.com', createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ archivedAt: null, isInDecision: false },
});

afterEach(() => vi.unstubAllGlobals());

test.each<[Language, string, RegExp, RegExp, string]>([
  ['en', 'Show the archive', /^Show more$/, /Try again$/, 'The rest could not be read.'],
  ['zh', '显示归档', /^显示更多$/, /重\s?试$/, '其余内容无法读取。'],
])('what was archived long ago is reached (%s)', async (language, archive, more, again, unread) => {
  translationsIn(language);
  let fails = true;
  vi.stubGlobal('fetch', async (url: string) => {
    if (!url.includes('/candidates')) return Response.json({}, { status: 404 });
    if (!url.includes('archived=only')) return Response.json({ items: [candidate('weighed')], nextCursor: null });
    if (!url.includes('cursor=older')) return Response.json({ items: [candidate('newest')], nextCursor: 'older' });
    if (fails) return Response.json({}, { status: 500 });
    return Response.json({ items: [candidate('long ago')], nextCursor: null });
  });
  const rights = { mayEdit: false, mayDecide: false, mayTrain: false };
  renderLinked(<CandidatesView projectId="p" rights={rights} onAdded={async () => undefined} />);
  expect(await screen.findByRole('heading', { name: 'weighed' })).toBeTruthy();
  fireEvent.click(screen.getByLabelText(archive));
  expect(await screen.findByRole('heading', { name: 'newest' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: more }));
  expect(await screen.findByText(unread)).toBeTruthy();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: again }));
  expect(await screen.findByRole('heading', { name: 'long ago' })).toBeTruthy();
  expect(screen.queryByRole('heading', { name: 'weighed' })).toBeNull();
});
