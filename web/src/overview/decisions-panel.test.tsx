import '../testing/browser-stubs.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { stubServer } from '../testing/render-app.tsx';
import { renderLinked } from '../testing/render-linked.tsx';
import { requirementVersion } from '../testing/requirement-version.ts';
import { translationsIn } from '../testing/translations.ts';
import { DecisionsPanel } from './decisions-panel.tsx';

afterEach(() => vi.unstubAllGlobals());

const inReview = requirementVersion({ state: 'in-review' });

function show(version: Requirement, { isOwn = false, roles = ['approver'] } = {}): void {
  translationsIn('en');
  stubServer((url) => {
    if (url.endsWith('/deciders')) return { people: [], wasThereLately: false, isOwn };
    if (url.includes('/requirements')) return { items: [version], nextCursor: null };
    return url.includes('/decisions') ? { items: [], nextCursor: null } : undefined;
  });
  renderLinked(<DecisionsPanel overview={{ id: version.projectId, roles } as unknown as ProjectOverview} />);
}

test('a version in review waits for an approver', async () => {
  show(inReview);
  expect(await screen.findByRole('link', { name: 'Decide about version 1 of the requirement' })).toBeTruthy();
});

test('a version waits for nobody who wrote any of it, however long ago', async () => {
  show(inReview, { isOwn: true });
  expect(await screen.findByText('Nothing waits for your decision.')).toBeTruthy();
});

test.each([
  ['product-manager', 'Go on with version 1 of the requirement'],
  ['approver', null],
])('a version that was sent back waits for whoever may write (%s)', async (role, link) => {
  const [started] = inReview.events;
  const events = [started!, { ...started!, kind: 'sent-back' as const, actor: 'li@example.com', reason: 'Too loose.' }];
  show(requirementVersion({ events }), { roles: [role] });
  if (link === null) expect(await screen.findByText('Nothing waits for your decision.')).toBeTruthy();
  else expect((await screen.findByRole('link', { name: link })).parentElement?.textContent).toContain('li@example.com');
});
