import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { sentBody } from '../../../testing/sent-body.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { NewTokenForm } from './new-token-form.tsx';

const request = vi.fn<typeof fetch>();
const onClose = vi.fn<() => void>();

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
  renderPart(<NewTokenForm onClose={onClose} />);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

function submit(): void {
  fireEvent.click(screen.getByRole('button', { name: 'New token' }));
}

test('a token without a name is not asked for', async () => {
  submit();
  expect(await screen.findByText('Give the token a name')).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
});

test('the secret is shown once, until it was copied', async () => {
  request.mockResolvedValue(Response.json({ token: 'glt_secret', summary: { name: 'nightly' } }, { status: 201 }));
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'nightly' } });
  submit();
  expect((await screen.findByTestId('token-secret')).textContent).toContain('glt_secret');
  const body = sentBody(request) as { scopes: string[]; expiresAt: string };
  expect(body.scopes).toEqual(['read']);
  expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now() + 89 * 86_400_000);
  fireEvent.click(screen.getByRole('button', { name: 'I have copied it, close' }));
  expect(onClose).toHaveBeenCalledOnce();
});

test('a refusal is told in the words of its code, and the entry stays', async () => {
  request.mockResolvedValue(Response.json({ error: { code: 'too-many-requests', message: '' } }, { status: 429 }));
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'nightly' } });
  submit();
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Too many attempts.'));
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('nightly');
});
