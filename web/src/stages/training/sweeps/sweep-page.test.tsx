import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../../testing/render-app.tsx';
import { sweepOf } from '../../../testing/sweep.ts';
import { translationsIn } from '../../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';

afterEach(() => vi.unstubAllGlobals());

function open(sweep: ReturnType<typeof sweepOf>, roles: readonly string[] = ['data-scientist']) {
  translationsIn('en');
  stubServer((url) => {
    if (url.endsWith(`/api/sweeps/${sweep.id}`)) return sweep;
    if (url.endsWith(`/api/projects/${PROJECT}`)) return { id: PROJECT, name: 'P', roles, criteria: [], stages: [] };
    if (url.endsWith(`/api/dataset-versions/${sweep.datasetVersionId}`))
      return { ...datasetVersionNamed(sweep.datasetVersionId, 'Poems'), preview: [] };
    return undefined;
  });
  return renderApp(`/projects/${PROJECT}/training/sweeps/${sweep.id}`);
}

test('runs are listed by rank, those that go on with their value so far, failed ones without a rank', async () => {
  const runs = [
    ['running', 0.5],
    ['failed', 0.1],
    ['finished', 2],
    ['finished', 1],
  ] as const;
  open(sweepOf(PROJECT, runs, { remainingMs: 120_000 }));
  const rows = within(await screen.findByTestId('sweep-runs'))
    .getAllByRole('row')
    .slice(1);
  const shown = rows.map((row) => row.textContent);
  expect(shown[0]).toContain('#141● Finished0.00011.000');
  expect(shown[1]).toContain('#132● Finished');
  expect(shown[2]).toMatch(/#12.*Failed.*0\.1000/);
  expect(shown[2]).not.toContain('so far');
  expect(shown[3]).toMatch(/#11.*Running.*0\.5000 so far/);
  expect(screen.getByTestId('sweep-counts').textContent).toContain('3 of 4 ended2 finished1 running1 failed2 min left');
  expect(screen.getByText(/Never by test items/).textContent).toContain('Vary the seed as well');
});

test('of one run that still trains, the question whether to stop it speaks of one', async () => {
  open(
    sweepOf(PROJECT, [
      ['running', 0.5],
      ['finished', 1],
    ]),
  );
  fireEvent.click(await screen.findByTestId('cancel-sweep'));
  expect(await screen.findByText(/^One run that waits or trains ends;/)).toBeTruthy();
});

test('who may stop runs is asked first; who may only look is offered nothing', async () => {
  const sweep = sweepOf(PROJECT, [
    ['running', 0.5],
    ['queued', null],
  ]);
  const { unmount } = open(sweep);
  fireEvent.click(await screen.findByTestId('cancel-sweep'));
  expect(
    await screen.findByText(
      '2 runs that wait or train end; what they have not trained yet is lost. Finished runs, and what these have reached, are kept.',
    ),
  ).toBeTruthy();
  unmount();
  open(sweep, ['viewer']);
  await screen.findByTestId('sweep-verdict');
  expect(screen.queryByTestId('cancel-sweep')).toBeNull();
});

test('a sweep whose last runs have been asked to stop says so, and asks for no second press', async () => {
  const sweep = sweepOf(PROJECT, [
    ['running', 0.5],
    ['cancelled', null],
  ]);
  open({ ...sweep, counts: { ...sweep.counts, stopping: 1 } });
  expect((await screen.findByTestId('cancel-sweep')).textContent).toContain('Stopping …');
  expect(screen.getByTestId('sweep-counts').textContent).toContain('1 running1 of them stopping1 cancelled');
  fireEvent.click(screen.getByTestId('cancel-sweep'));
  expect(screen.queryByText(/Stop sweep 3\?/)).toBeNull();
});

test('runs that were measured on different numbers of items are compared with a warning, a varied seed without one', async () => {
  const sweep = sweepOf(PROJECT, [
    ['finished', 1],
    ['finished', 2],
  ]);
  const runs = sweep.runs.map((run, place) => ({ ...run, validationItems: 16 * (place + 1) }));
  const search = { strategy: 'grid', axes: [{ setting: 'seed', values: [1, 2] }] } as const;
  open({ ...sweep, runs, search: { ...search, axes: [{ ...search.axes[0], values: [1, 2] }] } });
  const note = await screen.findByText(/Never by test items/);
  expect(note.textContent).toContain('different numbers of validation items (16 to 32)');
  expect(note.textContent).not.toContain('Vary the seed');
});

test('where the seed varies, it is said that it also decides which items are measured, unless all of them are', async () => {
  const sweep = sweepOf(PROJECT, [
    ['finished', 1],
    ['finished', 2],
  ]);
  const search = { strategy: 'grid' as const, axes: [{ setting: 'seed' as const, values: [1, 2] }] };
  const measuredOn = (validationItems: number) => ({
    ...sweep,
    search,
    runs: sweep.runs.map((run) => ({ ...run, validationItems, allValidationItems: 200 })),
  });
  const { unmount } = open(measuredOn(50));
  expect((await screen.findByText(/Never by test items/)).textContent).toContain(
    'on a part of the 200 validation items, and the seed decides on which',
  );
  unmount();
  open(measuredOn(200));
  expect((await screen.findByText(/Never by test items/)).textContent).not.toContain('the seed decides');
});

test('a sweep that is not there is said to be missing', async () => {
  translationsIn('en');
  stubServer(() => undefined);
  renderApp(`/projects/${PROJECT}/training/sweeps/${PROJECT}`);
  expect(await screen.findByRole('heading', { name: 'There is nothing at this address' })).toBeTruthy();
});
