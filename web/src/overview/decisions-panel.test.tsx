import '../testing/browser-stubs.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { stubServer } from '../testing/render-app.tsx';
import { renderLinked } from '../testing/render-linked.tsx';
import { requirementVersion } from '../testing/requirement-version.ts';
import { translationsIn } from '../testing/translations.ts';
import { DecisionsPanel } from './decisions-panel.tsx';

afterEach(() => vi.unstubAllGlobals());

const version = requirementVersion({ state: 'in-review' });

function show(isOwn: boolean): void {
  translationsIn('en');
  stubServer((url) => {
    if (url.endsWith('/deciders')) return { people: [], wasThereLately: false, isOwn };
    if (url.includes('/requirements')) return { items: [version], nextCursor: null };
    return url.includes('/decisions') ? { items: [], nextCursor: null } : undefined;
  });
  renderLinked(
    <DecisionsPanel overview={{ id: version.projectId, roles: ['approver'] } as unknown as ProjectOverview} />,
  );
}

test('a version in review waits for an approver', async () => {
  show(false);
  expect(await screen.findByRole('link', { name: 'Decide about version 1 of the requirement' })).toBeTruthy();
});

test('a version waits for nobody who wrote any of it, however long ago', async () => {
  show(true);
  expect(await screen.findByText('Nothing waits for your decision.')).toBeTruthy();
});
