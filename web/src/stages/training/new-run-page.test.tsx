import '../../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const NEWEST = datasetVersionNamed('01a20a76-a2a3-7a62-8176-708ce0b86c35', 'The newest');
const OLDER = datasetVersionNamed('01a20a76-a2a3-7a62-8176-708ce0b86c36', 'Long ago');

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

test('what was entered is back after a reload, until somebody starts over', async () => {
  translationsIn('en');
  stubServer((url) =>
    url.includes(`/api/projects/${PROJECT}/dataset-versions`)
      ? { items: [NEWEST, OLDER], nextCursor: null }
      : undefined,
  );
  const address = `/projects/${PROJECT}/training/new`;
  const valueOf = async (label: string) =>
    (await screen.findByLabelText<HTMLInputElement>(label, undefined, { timeout: 60_000 })).value;
  const before = renderApp(address);
  const [name, epochs] = [await valueOf('Name'), await valueOf('Epochs')];
  fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Twice as long' } });
  fireEvent.change(screen.getByLabelText('Epochs'), { target: { value: '20' } });
  before.unmount();
  renderApp(address);
  expect([await valueOf('Name'), await valueOf('Epochs')]).toEqual(['Twice as long', '20']);
  fireEvent.click(screen.getByRole('button', { name: 'Start over' }));
  expect([await valueOf('Name'), await valueOf('Epochs')]).toEqual([name, epochs]);
  expect(screen.queryByText('What you had entered here is back.')).toBeNull();
});

test('a version that the address names is the one to train on, however many came after it', async () => {
  translationsIn('en');
  stubServer((url) => {
    if (url.includes(`/api/projects/${PROJECT}/dataset-versions`)) return { items: [NEWEST], nextCursor: 'more' };
    return url.endsWith(`/api/dataset-versions/${OLDER.id}`) ? { ...OLDER, preview: [] } : undefined;
  });
  renderApp(`/projects/${PROJECT}/training/new?version=${OLDER.id}`);
  expect(await screen.findByText('Long ago v1', undefined, { timeout: 60_000 })).toBeTruthy();
  expect(screen.queryByText('The newest v1')).toBeNull();
});

test('a version beyond the newest hundred is found by its name, and by going on to the end of the list', async () => {
  translationsIn('en');
  const asked: string[] = [];
  stubServer((url) => {
    if (!url.includes(`/api/projects/${PROJECT}/dataset-versions`)) return undefined;
    asked.push(url);
    return url.includes('cursor=older')
      ? { items: [OLDER], nextCursor: null }
      : { items: [NEWEST], nextCursor: 'older' };
  });
  for (const way of ['typing', 'keys']) {
    const { unmount } = renderApp(`/projects/${PROJECT}/training/new`);
    const select = await screen.findByLabelText('Data version', undefined, { timeout: 60_000 });
    expect(screen.queryByText('Long ago v1')).toBeNull();
    fireEvent.mouseDown(select);
    if (way === 'typing') fireEvent.change(select, { target: { value: 'long AGO' } });
    else fireEvent.keyDown(select, { key: 'ArrowDown', keyCode: 40 });
    fireEvent.click(
      await screen.findByText('Long ago v1', { selector: '.ant-select-item-option-content' }, { timeout: 60_000 }),
    );
    expect(await screen.findByText('Long ago v1', { selector: ':not(.ant-select-item-option-content)' })).toBeTruthy();
    unmount();
    sessionStorage.clear();
  }
  expect(asked.filter((url) => url.includes('cursor=older'))).toHaveLength(2);
});

test('a version without any that can be trained on before it is found all the same', async () => {
  translationsIn('en');
  stubServer((url) => {
    if (!url.includes(`/api/projects/${PROJECT}/dataset-versions`)) return undefined;
    return url.includes('cursor=older')
      ? { items: [OLDER], nextCursor: null }
      : { items: [{ ...NEWEST, images: { sizeBytes: 1 } }], nextCursor: 'older' };
  });
  renderApp(`/projects/${PROJECT}/training/new`);
  expect(await screen.findByText('Long ago v1', undefined, { timeout: 60_000 })).toBeTruthy();
});
