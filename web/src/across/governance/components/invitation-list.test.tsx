import '../../../testing/browser-stubs.ts';
import type { Invitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { InvitationList } from './invitation-list.tsx';

const PROJECT_ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
let number = 0;
const invitation = (state: Invitation['state']): Invitation => ({
  ...{ id: `01a20a76-a2a3-7a62-8176-${String(++number).padStart(12, '0')}`, roles: ['viewer'], state },
  ...{ maximumUses: 1, uses: state === 'used-up' ? 1 : 0, createdBy: 'pm@example.com' },
  ...{ createdAt: '2026-11-20T08:00:00.000Z', expiresAt: '2026-11-27T08:00:00.000Z', joined: [] },
});
let items: Invitation[];
let nextCursor: string | null;

beforeEach(() => {
  translationsIn('en');
  nextCursor = null;
  vi.stubGlobal('fetch', async () => Response.json({ items, nextCursor }));
});
afterEach(() => vi.unstubAllGlobals());

test('links that work stand in sight, those that ended are folded with their number', async () => {
  items = [invitation('open'), invitation('revoked'), invitation('expired'), invitation('used-up')];
  renderPart(<InvitationList projectId={PROJECT_ID} />);
  const folded = await screen.findByTestId('ended-invitations');
  expect((folded as HTMLDetailsElement).open).toBe(false);
  expect(within(folded).getByText('3 invitations that have ended')).toBeTruthy();
  expect(within(folded).getAllByRole('row', { hidden: true })).toHaveLength(4);
  expect(screen.getAllByText('Open')).toHaveLength(1);
  expect(folded.contains(screen.getByText('Open'))).toBe(false);
  expect(screen.queryByText('No link is open at the moment.')).toBeNull();
});

test('where none works any more it is said, unless some are not read yet', async () => {
  items = [invitation('revoked')];
  const { unmount } = renderPart(<InvitationList projectId={PROJECT_ID} />);
  expect(await screen.findByText('1 invitation that has ended')).toBeTruthy();
  expect(screen.getByText('No link is open at the moment.')).toBeTruthy();
  unmount();
  nextCursor = 'more';
  renderPart(<InvitationList projectId={PROJECT_ID} />);
  expect(await screen.findByText('1+ invitation that has ended')).toBeTruthy();
  expect(screen.queryByText('No link is open at the moment.')).toBeNull();
});
