import '../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const account = { id: 'u', email: 'a@example.com', name: 'Ada', isAdmin: false, hasPassword: true };
const invitation = {
  ...{ project: { name: 'A', localizedName: null }, roles: ['viewer'] },
  ...{ invitedBy: 'b@example.com', inviterName: 'Bo' },
};
const refusal = (code: string) => Response.json({ error: { code, message: '' } }, { status: 401 });

afterEach(() => vi.unstubAllGlobals());

test('where the session ends beside an invitation, the page asks to sign in, and says what came of that', async () => {
  translationsIn('en');
  let isSignedIn = true;
  vi.stubGlobal('scrollTo', () => undefined);
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    if (url.endsWith('/invitations/open')) return Response.json(invitation);
    if (url.endsWith('/invitations/join')) return refusal('not-signed-in');
    if (init?.method === 'POST') return refusal('wrong-credentials');
    return isSignedIn ? Response.json({ account }) : refusal('not-signed-in');
  });
  renderApp('/join#secret');
  const join = await screen.findByTestId('join', {}, { timeout: 60_000 });
  isSignedIn = false;
  fireEvent.click(join);
  const email = await screen.findByTestId('join-email');
  expect(screen.queryByTestId('join')).toBeNull();
  expect(screen.queryByTestId('join-name')).toBeNull();
  expect(screen.getByRole('alert').textContent).toMatch(/your session had ended/);
  fireEvent.change(email, { target: { value: account.email } });
  fireEvent.change(screen.getByTestId('join-password'), { target: { value: 'another one' } });
  fireEvent.click(screen.getByTestId('join-submit'));
  await waitFor(() => expect(screen.getByRole('alert').textContent).toMatch(/E-mail and password do not match/));
});
