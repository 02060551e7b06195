import '../../../testing/browser-stubs.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../../testing/render-app.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { keptBase } from './kept-base.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const VERSION = datasetVersionNamed('01a20a76-a2a3-7a62-8176-708ce0b86c35', 'Poems');
const ADDRESS = `/projects/${PROJECT}/training/sweeps/new`;

afterEach(() => {
  vi.unstubAllGlobals();
  // What is kept in the tab takes the place of what the page remembers, and goes with it.
  keep();
  sessionStorage.clear();
});

/** Everything planned takes a second, unless these combinations are refused. */
function stub(roles: readonly string[], refused: readonly number[] = [], count = 3) {
  translationsIn('en');
  const estimate = { value: 1000, low: 500, high: 2000 };
  stubServer((url) => {
    if (url.endsWith(`/api/projects/${PROJECT}`)) return { id: PROJECT, name: 'P', roles, criteria: [], stages: [] };
    if (url.endsWith(`/api/dataset-versions/${VERSION.id}`)) return { ...VERSION, preview: [] };
    if (url.includes('/dataset-versions')) return { items: [VERSION], nextCursor: null };
    if (url.includes('/sweep-plans'))
      return {
        workerName: 'one',
        combinations: Array.from({ length: count }, (_, place) => ({
          values: {},
          problems: refused.includes(place) ? [{ en: 'It is too large', zh: '过大' }] : [],
          plan: refused.includes(place) ? null : { parameters: 9, time: estimate, energy: null, cost: null },
        })),
      };
    return undefined;
  });
}

function keep(configuration: object = runConfiguration.parse({ epochs: 7 })) {
  keptBase('u', PROJECT).keep({ configuration, datasetVersionId: VERSION.id, search: {} });
}
const preview = async () =>
  within(await screen.findByTestId('sweep-preview'))
    .getAllByRole('row')
    .slice(1);
/** What a reader of the screen says of a field below its label. */
const said = (field: HTMLElement) =>
  document.querySelector(`[id="${field.getAttribute('aria-describedby')}"]`)?.textContent;
const starts = () => screen.getByTestId<HTMLButtonElement>('start-sweep');

test('the form of a run takes its settings along', async () => {
  stub(['data-scientist']);
  const { router } = renderApp(`/projects/${PROJECT}/training/new`);
  fireEvent.change(await screen.findByLabelText('Epochs'), { target: { value: '7' } });
  fireEvent.click(screen.getByTestId('search-settings'));
  expect(await screen.findByRole('heading', { level: 1, name: 'New sweep' })).toBeTruthy();
  expect(router.state.location.pathname).toBe(ADDRESS);
  expect(keptBase('u', PROJECT).read()).toMatchObject({ datasetVersionId: VERSION.id, configuration: { epochs: 7 } });
  expect(await preview()).toHaveLength(3);
});

test('they are taken along also where the browser keeps nothing', async () => {
  stub(['data-scientist']);
  vi.stubGlobal('sessionStorage', {
    getItem: () => null,
    removeItem: () => undefined,
    clear: () => undefined,
    setItem() {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    },
  });
  renderApp(`/projects/${PROJECT}/training/new`);
  fireEvent.click(await screen.findByTestId('search-settings'));
  expect(await preview()).toHaveLength(3);
});

test('the combinations follow what is entered, with what they take, and are back after a reload', async () => {
  stub(['data-scientist'], [], 2);
  keep();
  const { unmount } = renderApp(ADDRESS);
  fireEvent.change(await screen.findByLabelText('Values'), { target: { value: '0.1, 0.2' } });
  await waitFor(() => expect(starts().textContent).toBe('Start 2 runs'));
  expect((await screen.findByText(/^2 runs: 2 s/)).textContent).toBe(
    '2 runs: 2 s (1 s to 4 s) one after the other on one; more workers share them.',
  );
  expect((await preview()).map((row) => row.textContent)).toEqual(['10.11 s', '20.21 s']);
  unmount();
  renderApp(ADDRESS);
  expect((await screen.findByLabelText<HTMLInputElement>('Values')).value).toBe('0.1, 0.2');
});

test('nothing starts while something is wrong, and what is wrong is said where it is', async () => {
  stub(['data-scientist']);
  keep();
  renderApp(ADDRESS);
  fireEvent.change(await screen.findByLabelText('Values'), { target: { value: '0.1, 11' } });
  expect(
    await screen.findByText('learning rate cannot be 11; give a value that the form of a run allows'),
  ).toBeTruthy();
  const field = screen.getByLabelText('Values');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(said(field)).toBe('learning rate cannot be 11; give a value that the form of a run allows');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(starts().disabled).toBe(true);
  expect(screen.getByText('Complete the search to see its combinations.')).toBeTruthy();
});

test('of a range both ends are marked, and what is wrong is shown once', async () => {
  stub(['data-scientist']);
  keep();
  renderApp(ADDRESS);
  fireEvent.click(await screen.findByLabelText('Random: combinations drawn by chance'));
  fireEvent.change(screen.getByLabelText('To'), { target: { value: '0.0001' } });
  const ends = ['From', 'To'].map((end) => screen.getByLabelText(end));
  await waitFor(() => expect(ends.map((end) => end.getAttribute('aria-invalid'))).toEqual(['true', 'true']));
  expect(ends.map(said)).toEqual(ends.map(() => 'the range of learning rate must end above its beginning'));
});

test('who chooses another setting goes on from its field', async () => {
  stub(['data-scientist']);
  keep();
  renderApp(ADDRESS);
  const setting = await screen.findByLabelText('Setting');
  setting.focus();
  fireEvent.mouseDown(setting);
  fireEvent.click(await screen.findByTitle('Dropout'));
  expect(await screen.findByTestId('axis-dropout')).toBeTruthy();
  expect(screen.getByLabelText('Setting')).toBe(setting);
  expect(document.activeElement).toBe(setting);
});

test('drawn at random, a range and the number of runs are asked for, and too few different combinations are told of', async () => {
  stub(['data-scientist'], [], 4);
  keep();
  renderApp(ADDRESS);
  fireEvent.click(await screen.findByLabelText('Random: combinations drawn by chance'));
  expect(screen.getByLabelText<HTMLInputElement>('From').value).toBe('0.0003');
  expect(await preview()).toHaveLength(10);
  fireEvent.change(screen.getByLabelText('Number of runs'), { target: { value: '4' } });
  await waitFor(() => expect(starts().textContent).toBe('Start 4 runs'));
  for (const [end, value] of [
    ['From', '0.001'],
    ['To', '0.00102'],
  ] as const)
    fireEvent.change(screen.getByLabelText(end), { target: { value } });
  expect(await screen.findByText(/only 3 different combinations were found/)).toBeTruthy();
  expect(starts().disabled).toBe(true);
});

test('a combination that the rules refuse is marked, and keeps all from starting', async () => {
  stub(['data-scientist'], [1]);
  keep();
  renderApp(ADDRESS);
  expect(await screen.findByText('It is too large')).toBeTruthy();
  expect((await preview())[1]?.textContent).toContain('It is too large');
  expect(screen.getByTestId('sweep-totals').textContent).toContain('One combination is refused');
  expect(starts().disabled).toBe(true);
});

test('a plan that cannot be made is told of and keeps nobody from starting', async () => {
  stub(['data-scientist'], [], 0);
  keep();
  const known = fetch;
  vi.stubGlobal('fetch', (url: string) =>
    url.includes('/sweep-plans')
      ? Promise.resolve(
          Response.json({ error: { code: 'internal', message: 'Something went wrong' } }, { status: 500 }),
        )
      : known(url),
  );
  renderApp(ADDRESS);
  expect(await screen.findByRole('alert')).toBeTruthy();
  expect(await preview()).toHaveLength(3);
  expect(starts().disabled).toBe(false);
});

test('who may only look is told who can start, and cannot', async () => {
  stub(['viewer']);
  keep();
  renderApp(ADDRESS);
  expect(await screen.findByText(/started and imported by the data scientists/)).toBeTruthy();
  expect(starts().disabled).toBe(true);
});

test('without the settings of a run, or with ones that contradict each other, the way leads to its form', async () => {
  stub(['data-scientist']);
  const { unmount } = renderApp(ADDRESS);
  expect(await screen.findByText(/set up a run first/)).toBeTruthy();
  unmount();
  keep({ dModel: 10, heads: 3 });
  renderApp(ADDRESS);
  expect(await screen.findByText(/contradict each other/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Set up a run' })).toBeTruthy();
});
