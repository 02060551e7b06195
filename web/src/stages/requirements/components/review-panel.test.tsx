import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evaluationOf } from '../../../testing/evaluation.ts';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { requirementVersion } from '../../../testing/requirement-version.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { ReviewPanel } from './review-panel.tsx';

const request =
  vi.fn<(address: string, init?: { readonly method?: string; readonly body?: string }) => Promise<Response>>();
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

function show(rights: { mayEdit: boolean; mayDecide: boolean }, approvedBefore: string | null = null) {
  renderLinked(<ReviewPanel version={version} approvedBefore={approvedBefore} rights={rights} />);
}

/** Answers what the panel reads by the end of its address, and every act with `act`. */
function answering(reads: Record<string, unknown>, act: () => Response = () => Response.json(version)): void {
  request.mockImplementation(async (address, init) => {
    if (init?.method === 'POST') return act();
    const [, known] = Object.entries(reads).find(([end]) => address.endsWith(end)) ?? [];
    return known === undefined ? new Promise(() => undefined) : Response.json(known);
  });
}

const acts = () => request.mock.calls.filter(([, init]) => init?.method === 'POST');
const NOBODY_ELSE = { people: [], wasThereLately: false, isOwn: false };
const EVALUATION = '01900000-0000-7000-8000-000000000009';
const OLDER = '01900000-0000-7000-8000-000000000008';
const projectWith = (verdict: object) => ({
  ...{ id: version.projectId, criteria: [], stages: [{ stage: 'selection', state: 'passed' }] },
  verdict: { verdict: 'ready', evaluationId: null, changedAfterEvidence: null, ...verdict },
});
const APPROVER = { mayEdit: false, mayDecide: true };
const WRITER = { mayEdit: true, mayDecide: true };

test('an approver sends back with a reason, never without', async () => {
  answering({ '/deciders': NOBODY_ELSE });
  show(APPROVER);
  fireEvent.click(await screen.findByRole('button', { name: 'Send back' }));
  expect(screen.queryByText(/You wrote or submitted this/)).toBeNull();
  expect(screen.getByText(/Say why you send it back/)).toBeTruthy();
  expect(acts()).toEqual([]);
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'Too loose.' } });
  expect(screen.queryByText(/Say why you send it back/)).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Send back' }));
  await waitFor(() => expect(acts()).toHaveLength(1));
  const [address, init] = acts()[0]!;
  expect(address).toMatch(/send-back$/);
  expect(JSON.parse(init?.body ?? '')).toEqual({ revision: 3, reason: 'Too loose.' });
  // Who gave a reason and writes another is not told that there was none.
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: '' } });
  expect(screen.queryByText(/Say why you send it back/)).toBeNull();
});

test('nobody approves before it is known whether it is their own work, and what is said of it moves no button', async () => {
  const { promise: deciders, resolve: answer } = Promise.withResolvers<Response>();
  request.mockImplementation((address) =>
    address.endsWith('/deciders') ? deciders : Promise.resolve(Response.json(projectWith({}))),
  );
  show(APPROVER);
  await screen.findByTestId('effects');
  const approve = await screen.findByTestId('approve-requirement');
  expect(approve).toHaveProperty('disabled', true);
  answer(Response.json({ ...NOBODY_ELSE, isOwn: true }));
  const notice = await screen.findByTestId('own-work');
  expect(approve).toHaveProperty('disabled', false);
  expect(approve.compareDocumentPosition(notice) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test('nobody approves before it is known by what the project was measured, and where that cannot be read it is tried again', async () => {
  const { promise: unread, resolve: fail } = Promise.withResolvers<Response>();
  const readings = [unread, Promise.resolve(Response.json(projectWith({ evaluationId: EVALUATION })))];
  request.mockImplementation(async (address, init) => {
    if (init?.method === 'POST') return Response.json(version);
    if (address.endsWith('/deciders')) return Response.json(NOBODY_ELSE);
    return address.endsWith(version.projectId) ? readings.shift()! : new Promise(() => undefined);
  });
  show(APPROVER);
  await screen.findByText(/One approval is enough/);
  const approve = screen.getByTestId('approve-requirement');
  expect(approve).toHaveProperty('disabled', true);
  fail(Response.json({ error: { code: 'internal', message: '' } }, { status: 500 }));
  expect(await screen.findByText(/so this version cannot be approved yet/)).toBeTruthy();
  expect(approve).toHaveProperty('disabled', true);
  expect(screen.getByRole('button', { name: 'Send back' })).toHaveProperty('disabled', false);
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByTestId('effects');
  expect(screen.queryByText(/so this version cannot be approved yet/)).toBeNull();
  fireEvent.click(approve);
  await waitFor(() => expect(acts()).toHaveLength(1));
  expect(JSON.parse(acts()[0]![1]?.body ?? '')).toMatchObject({ evaluationId: EVALUATION });
});

test('an approver is told what follows, and who may decide as well', async () => {
  answering({ '/deciders': { ...NOBODY_ELSE, people: [{ email: 'li@example.com', isAuthor: false }] } });
  show(APPROVER);
  expect(await screen.findByText(/One approval is enough.* li@example\.com may decide as well\./)).toBeTruthy();
});

test('Chinese sentences follow each other without a space', async () => {
  translationsIn('zh');
  answering({ '/deciders': { ...NOBODY_ELSE, people: [{ email: 'li@example.com', isAuthor: false }] } });
  show(APPROVER);
  expect(await screen.findByText(/并附上你的理由。li@example\.com 也可以裁决。/)).toBeTruthy();
});

test('authors are told that somebody else approves, before they try', async () => {
  answering({ '/deciders': { ...NOBODY_ELSE, wasThereLately: true, isOwn: true } });
  show(WRITER);
  expect(await screen.findByText(/You wrote or submitted this/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Invite somebody to approve it' })).toBeTruthy();
  expect(screen.getByTestId('approve-requirement')).toHaveProperty('disabled', true);
});

test('authors without a second person may approve, and a refusal is told in words', async () => {
  answering({ '/deciders': { ...NOBODY_ELSE, isOwn: true }, [version.projectId]: projectWith({}) }, () =>
    Response.json({ error: { code: 'own-work', message: '' } }, { status: 403 }),
  );
  show(WRITER);
  expect(await screen.findByText(/You can approve it now, with a reason/)).toBeTruthy();
  fireEvent.click(screen.getByTestId('approve-requirement'));
  expect(await screen.findByText(/so somebody else must approve it/)).toBeTruthy();
});

test('before anything is measured an approver is told what the version will be used for', async () => {
  answering({ [version.projectId]: projectWith({}) });
  show(APPROVER);
  expect(await screen.findByText(/The first evaluation will be judged by this version/)).toBeTruthy();
});

test('what a change makes of the evidence is shown where it is decided', async () => {
  const [criterion] = version.criteria;
  const older = { ...version, id: OLDER, criteria: [{ ...criterion!, threshold: 0.8 }] };
  const metric = { metric: 'recall-macro', value: 0.85, low: 0.83, high: 0.87, items: 900, note: null };
  answering({
    [older.id]: older,
    [version.projectId]: projectWith({ evaluationId: EVALUATION }),
    [EVALUATION]: { ...evaluationOf(version.projectId, EVALUATION), metrics: [metric] },
  });
  show(APPROVER, older.id);
  const effects = await screen.findByTestId('effects');
  await waitFor(() => expect(effects.textContent).toContain('the project turns from “ready” to “not ready”'));
  expect(effects.textContent).toContain('whoever changed them could see those');
  expect(effects.textContent).toContain('it is to be chosen anew');
  expect(within(effects).getByRole('row', { name: /Recall \(macro\)/ }).textContent).toMatch(/Fail.*0\.85/);
});

test('an approval names the evaluation that was shown, so that no other one can be frozen with it', async () => {
  answering({ '/deciders': NOBODY_ELSE, [version.projectId]: projectWith({ evaluationId: EVALUATION }) }, () =>
    Response.json({ error: { code: 'evidence-moved', message: '' } }, { status: 409 }),
  );
  show(APPROVER);
  await screen.findByTestId('effects');
  await waitFor(() => expect(screen.getByTestId('approve-requirement')).toHaveProperty('disabled', false));
  fireEvent.click(screen.getByTestId('approve-requirement'));
  expect(await screen.findByText(/Since you opened this, something was evaluated/)).toBeTruthy();
  const [, init] = acts()[0]!;
  expect(JSON.parse(init?.body ?? '')).toEqual({ revision: 3, reason: '', evaluationId: EVALUATION });
});

test('another reason of a criterion is no change of what decides, but the choice is to be made anew', async () => {
  const [criterion] = version.criteria;
  const older = { ...version, id: OLDER, criteria: [{ ...criterion!, reason: { en: 'Another reason.' } }] };
  answering({ [OLDER]: older, [version.projectId]: projectWith({ evaluationId: EVALUATION }) });
  show(APPROVER, OLDER);
  const effects = await screen.findByTestId('effects');
  expect(effects.textContent).toContain('it is to be chosen anew');
  expect(effects.textContent).not.toContain('numbers are known');
});

const CHANGED = { fromVersion: 1, toVersion: 2, approvedAt: AT, firstEvidenceAt: AT, differences: [] };
const PROMISE = 'so beside its verdict';

test.each([
  ['written first', null, null, 'The criteria were written when numbers were known', true],
  ['changed', OLDER, null, 'The criteria change although numbers are known', true],
  // They may be changed back to what stood at the first evaluation.
  ['changed once more', OLDER, CHANGED, 'The criteria change although numbers are known', false],
])('of criteria %s after evidence only what will be is said', async (_, before, changed, sentence, isPromised) => {
  const older = { ...version, id: OLDER, criteria: [{ ...version.criteria[0]!, threshold: 0.8 }] };
  const project = projectWith({ evaluationId: EVALUATION, changedAfterEvidence: changed });
  answering({ [OLDER]: older, [version.projectId]: project });
  show(APPROVER, before);
  const effects = await screen.findByTestId('effects');
  expect(effects.textContent).toContain(sentence);
  expect(effects.textContent?.includes(PROMISE)).toBe(isPromised);
});

test('a reader is told who decides', async () => {
  answering({});
  show({ mayEdit: false, mayDecide: false });
  expect(await screen.findByText('Approvers of this project decide.')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});
