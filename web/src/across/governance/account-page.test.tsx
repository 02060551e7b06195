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

beforeEach(() => {
  sent.length = 0;
  translationsIn('en');
  vi.stubGlobal('fetch', async (url: string, request: RequestInit) => {
    if (request.method === 'POST') sent.push(JSON.parse(request.body as string));
    const isList = url.startsWith('/api/tokens');
    return Response.json(isList ? { items: tokens, nextCursor: null } : { account: { ...account, hasPassword: true } });
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

test('without tokens nobody is asked about them', async () => {
  tokens = [];
  show();
  await change();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(sent).toMatchObject([{ revokeTokens: true }]);
});
