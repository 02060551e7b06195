import '../../testing/browser-stubs.ts';
import type { Invitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import type { Member } from '@greenlight/shared/across/governance/members-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT_ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const AT = '2026-11-20T08:00:00.000Z';

const member = (roles: ProjectRole[]): Member => ({
  ...{ userId: 'u', name: 'Ada', email: 'a@example.com', roles, joinedAt: AT, isActive: true },
});
const invitation = (state: Invitation['state']): Invitation => ({
  ...{ id: PROJECT_ID, roles: ['approver'], state, maximumUses: 1, uses: 0, createdBy: 'a@example.com' },
  ...{ createdAt: AT, expiresAt: AT, joined: [] },
});
const invited = (state: Invitation['state']) => ({ items: [invitation(state)], nextCursor: null });

afterEach(() => vi.unstubAllGlobals());

const NOBODY = /Nobody here is an approver yet: invite somebody/;

function show(roles: ProjectRole[], invitations: unknown, nextCursor: string | null = null): void {
  translationsIn('en');
  stubServer((url) => {
    if (url.includes('/members')) return { items: [member(roles)], nextCursor };
    if (url.includes('/invitations')) return invitations;
    return url.endsWith(PROJECT_ID) ? { id: PROJECT_ID, name: 'A', roles: ['product-manager'], stages: [] } : undefined;
  });
  renderApp(`/projects/${PROJECT_ID}/members`);
}

test.each<[string, ProjectRole[], Invitation['state'], RegExp]>([
  ['an approver', ['approver'], 'expired', /^Requirements are approved by somebody/],
  ['an approver who is invited', ['product-manager'], 'open', /but an invitation for one is open/],
  ['nobody', ['product-manager'], 'expired', NOBODY],
])('a project with %s says who decides', async (_, roles, state, sentence) => {
  show(roles, invited(state));
  expect(await screen.findByText(sentence, {}, { timeout: 60_000 })).toBeTruthy();
});

test('nobody is said to be missing while there is more to read', async () => {
  show(['product-manager'], invited('expired'), 'more');
  expect(await screen.findByRole('button', { name: 'Show more' }, { timeout: 60_000 })).toBeTruthy();
  expect(screen.queryByText(NOBODY)).toBeNull();
});

test('nobody is said to be missing while the invitations are unread', async () => {
  let answer: (reply: unknown) => void = () => undefined;
  show(['product-manager'], new Promise((resolve) => (answer = resolve)));
  expect(await screen.findByTestId('member', {}, { timeout: 60_000 })).toBeTruthy();
  expect(screen.getByTestId('invite')).toBeTruthy();
  expect(screen.queryByText(/Nobody here is an approver/)).toBeNull();
  answer(invited('open'));
  expect(await screen.findByText(/but an invitation for one is open/)).toBeTruthy();
});
