import '../../testing/browser-stubs.ts';
import type { ModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const file = (id: string, name: string): ModelFile => ({
  ...{ id, projectId: PROJECT, name, sha256: 'a'.repeat(64), sizeBytes: 2048, state: 'refused', description: null },
  ...{ mapping: null, tokenizerSha256: null, error: null, createdAt: '2026-01-01T00:00:00.000Z' },
});

afterEach(() => vi.unstubAllGlobals());

test('models that were brought long ago are reached from the end of the list', async () => {
  translationsIn('en');
  let fails = true;
  stubServer((url) => {
    if (!url.includes(`/api/projects/${PROJECT}/model-files`)) return undefined;
    if (!url.includes('cursor=older')) return { items: [file(PROJECT, 'Newest')], nextCursor: 'older' };
    if (fails) return Response.json({}, { status: 500 });
    return { items: [file('01a20a76-a2a3-7a62-8176-708ce0b86c35', 'Long ago')], nextCursor: null };
  });
  renderApp(`/projects/${PROJECT}/training/model-files`);
  expect(await screen.findByText('Newest', undefined, { timeout: 60_000 })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByText('The rest could not be read.')).toBeTruthy();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Long ago')).toBeTruthy();
  expect(screen.getByText('Newest')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});
