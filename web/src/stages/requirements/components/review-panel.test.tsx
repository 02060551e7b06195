import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { requirementVersion } from '../../../testing/requirement-version.ts';
import { sentBody } from '../../../testing/sent-body.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { ReviewPanel } from './review-panel.tsx';

const request = vi.fn<typeof fetch>();
const AT = '2026-01-02T00:00:00.000Z';
const version = requirementVersion({
  state: 'in-review',
  events: [
    { kind: 'submitted', actor: 'writer@example.com', at: AT, reason: null, selfApproved: false, invitedBy: null },
  ],
});

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

function show(rights: { mayEdit: boolean; mayDecide: boolean; actor: string }): void {
  renderLinked(<ReviewPanel version={version} approvedBefore={null} rights={rights} />);
}

test('an approver sends back with a reason, never without', async () => {
  show({ mayEdit: false, mayDecide: true, actor: 'approver@example.com' });
  fireEvent.click(await screen.findByRole('button', { name: 'Send back' }));
  expect(screen.queryByText(/You wrote or submitted this/)).toBeNull();
  expect(screen.getByText(/Say why you send it back/)).toBeTruthy();
  expect(request).not.toHaveBeenCalled();
  request.mockResolvedValue(Response.json(version));
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'Too loose.' } });
  fireEvent.click(screen.getByRole('button', { name: 'Send back' }));
  await waitFor(() => expect(request).toHaveBeenCalled());
  expect(sentBody(request)).toEqual({ revision: 3, reason: 'Too loose.' });
  expect(request.mock.calls[0]?.[0]).toMatch(/send-back$/);
});

test('authors are told that somebody else approves, and a refusal is told in words', async () => {
  request.mockImplementation(async (address) =>
    typeof address === 'string' && address.endsWith('/deciders')
      ? Response.json({ people: [], wasThereLately: true })
      : Response.json({ error: { code: 'own-work', message: '' } }, { status: 403 }),
  );
  show({ mayEdit: true, mayDecide: true, actor: 'writer@example.com' });
  expect(await screen.findByText(/You wrote or submitted this/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Invite somebody to approve it' })).toBeTruthy();
  fireEvent.click(screen.getByTestId('approve-requirement'));
  await waitFor(() => expect(screen.getByText(/so somebody else must approve it/)).toBeTruthy());
});

test('a reader is told who decides', async () => {
  show({ mayEdit: false, mayDecide: false, actor: 'viewer@example.com' });
  expect(await screen.findByText('Approvers of this project decide.')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});
