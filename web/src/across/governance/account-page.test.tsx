import '../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { Suspense } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../testing/render.tsx';
import { translationsIn } from '../../testing/translations.ts';
import { AccountPage } from './account-page.tsx';

const account = { id: '018f0000-0000-7000-8000-000000000001', email: 'a@example.com', name: 'Ada', isAdmin: false };
const token = (name: string, revokedAt: string | null = null) => ({ name, revokedAt, expiresAt: null });
const sent: unknown[] = [];
let tokens: ReturnType<typeof token>[];
let older: ReturnType<typeof token>[];

beforeEach(() => {
  sent.length = 0;
  older = [];
  translationsIn('en');
  vi.stubGlobal('fetch', async (url: string, request: RequestInit) => {
    if (request.method === 'POST') sent.push(JSON.parse(request.body as string));
    const isList = url.startsWith('/api/tokens');
    if (!isList) return Response.json({ account: { ...account, hasPassword: true } });
    if (url.includes('cursor=older')) return Response.json({ items: older, nextCursor: null });
    return Response.json({ items: tokens, nextCursor: older.length === 0 ? null : 'older' });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function change(): Promise<void> {
  for (const [label, value] of [
    ['Current password', 'the-old-password'],
    ['New password', 'the-new-password'],
    ['New password again', 'the-new-password'],
  ] as const)
    fireEvent.change(await screen.findByLabelText(label), { target: { value } });
  fireEvent.click(screen.getByRole('button', { name: 'Change the password' }));
  await waitFor(() => expect(sent).toHaveLength(1));
}

function show(): void {
  renderPart(
    <Suspense>
      <AccountPage />
    </Suspense>,
  );
}

test('whoever changes their password sees which tokens still act, and ends them unless they say otherwise', async () => {
  tokens = [token('nightly'), token('report'), token('ended', '2026-01-01T00:00:00.000Z')];
  show();
  const choice = await screen.findByLabelText<HTMLInputElement>('Revoke my 2 tokens as well');
  expect(choice.checked).toBe(true);
  expect(screen.getByText('nightly, report')).toBeTruthy();
  fireEvent.click(choice);
  await change();
  expect(sent).toEqual([{ currentPassword: 'the-old-password', newPassword: 'the-new-password', revokeTokens: false }]);
});

test('a token that still acts is named, however many have ended since', async () => {
  tokens = [token('ended', '2026-01-01T00:00:00.000Z')];
  older = [token('old and acting')];
  show();
  expect(await screen.findByLabelText('Revoke my token as well')).toBeTruthy();
  expect(screen.getByText('old and acting')).toBeTruthy();
});

test('without tokens nobody is asked about them', async () => {
  tokens = [];
  show();
  await change();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(sent).toMatchObject([{ revokeTokens: true }]);
});
