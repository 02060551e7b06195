import '../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const VERSIONS = [5, 6].map((digit) =>
  datasetVersionNamed(`01a20a76-a2a3-7a62-8176-708ce0b86c3${digit}`, `Set ${digit}`),
);

afterEach(() => vi.unstubAllGlobals());

test('a version that is chosen from the list comes into view below it', async () => {
  translationsIn('en');
  stubServer((url) => {
    if (url.includes(`/api/projects/${PROJECT}/dataset-versions`)) return { items: VERSIONS, nextCursor: null };
    const opened = VERSIONS.find(({ id }) => url.endsWith(`/api/dataset-versions/${id}`));
    return opened && { ...opened, preview: [] };
  });
  const shown: Element[] = [];
  Element.prototype.scrollIntoView = function scrollIntoView() {
    shown.push(this);
  };
  renderApp(`/projects/${PROJECT}/data`);
  fireEvent.click(await screen.findByRole('link', { name: 'Set 6' }, { timeout: 60_000 }));
  const heading = await screen.findByRole('heading', { name: 'Set 6 v1' }, { timeout: 60_000 });
  await waitFor(() => expect(shown.some((element) => element.contains(heading))).toBe(true), { timeout: 60_000 });
});
