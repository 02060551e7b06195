import '../testing/browser-stubs.ts';
import type { Decision } from '@greenlight/shared/across/decisions/contract.ts';
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evaluationOf } from '../testing/evaluation.ts';
import { renderApp, stubServer } from '../testing/render-app.tsx';
import { translationsIn } from '../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const OTHER = '01a20a76-a2a3-7a62-8176-708ce0b86c99';
const ID = '01a20a76-a2a3-7a62-8176-708ce0b86c35';
const createdAt = '2026-01-01T00:00:00.000Z';

const decision: Decision = {
  ...{ id: ID, projectId: PROJECT, kind: 'requirement-approved', title: { en: 'Approved' }, rationale: 'So' },
  ...{ dissent: null, requirementVersion: 1, actor: 'Somebody', actorId: ID, createdAt, sha256: 'f'.repeat(64) },
  ...{ integrity: 'intact', evidence: [] },
};

beforeEach(() => {
  translationsIn('en');
  stubServer((url) => {
    if (url.endsWith(`/api/evaluations/${ID}`)) return evaluationOf(PROJECT, ID);
    return url.endsWith(`/api/decisions/${ID}`) ? decision : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

test.each([`evaluation/evaluations/${ID}?head=tone`, `decisions/${ID}`])(
  'what another project has is shown in its own project: %s',
  async (path) => {
    const { router } = renderApp(`/projects/${OTHER}/${path}`);
    const overview = await screen.findByRole('link', { name: /Overview/ }, { timeout: 60_000 });
    await waitFor(() => expect(overview.getAttribute('href')).toBe(`/projects/${PROJECT}`), { timeout: 60_000 });
    expect(router.state.location.href).toBe(`/projects/${PROJECT}/${path}`);
  },
);
