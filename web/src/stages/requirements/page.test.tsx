import '../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { requirementVersion } from '../../testing/requirement-version.ts';
import { translationsIn } from '../../testing/translations.ts';

const older = requirementVersion({ id: '01900000-0000-7000-8000-000000000008', state: 'approved' });
const version = requirementVersion({ version: 2, state: 'in-review' });
const { projectId } = version;
const PROJECT = {
  ...{ id: projectId, name: 'A', roles: ['approver'], stages: [], criteria: [] },
  verdict: { verdict: 'ready', evaluationId: null, requirementVersion: 1, changedAfterEvidence: null },
};

afterEach(() => vi.unstubAllGlobals());

/** Answers with a version in review and what `others` knows of an address. */
function show(others: (url: string) => unknown): void {
  translationsIn('en');
  stubServer((url) => {
    const known = others(url);
    if (known !== undefined) return known;
    if (url.endsWith('/requirement')) return version;
    if (url.endsWith(older.id)) return older;
    return url.endsWith(projectId) ? PROJECT : undefined;
  });
  renderApp(`/projects/${projectId}/requirements`);
}

const isVersions = (url: string) => url.includes(`/projects/${projectId}/requirements`);
const FAILED = () => Response.json({ error: { code: 'internal', message: '' } }, { status: 500 });

test('a version is not taken for the first one while the others are unread', async () => {
  let answer: (reply: unknown) => void = () => undefined;
  show((url) => (isVersions(url) ? new Promise((resolve) => (answer = resolve)) : undefined));
  expect(await screen.findByTestId('requirement-state', {}, { timeout: 60_000 })).toBeTruthy();
  const noneOffered = () => {
    expect(screen.queryByText(/This is the first version/)).toBeNull();
    expect(screen.queryByTestId('approve-requirement')).toBeNull();
  };
  noneOffered();
  answer(FAILED());
  const again = await screen.findByRole('button', { name: /Try again/ });
  noneOffered();
  fireEvent.click(again);
  answer({ items: [version, older], nextCursor: null });
  expect(await screen.findByText('Changes since the approved version 1')).toBeTruthy();
  expect(screen.getByTestId('approve-requirement')).toBeTruthy();
});

test('where nobody can say whose work it is, the server decides', async () => {
  show((url) => {
    if (isVersions(url)) return { items: [version, older], nextCursor: null };
    return url.endsWith('/deciders') ? FAILED() : undefined;
  });
  const approve = await screen.findByTestId('approve-requirement', {}, { timeout: 60_000 });
  await waitFor(() => expect(approve).toHaveProperty('disabled', false));
});
