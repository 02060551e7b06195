import '../../../testing/browser-stubs.ts';
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../../testing/render-app.tsx';
import { sweepOf } from '../../../testing/sweep.ts';
import { translationsIn } from '../../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const SWEEP = sweepOf(PROJECT, [
  ['finished', 1.5],
  ['finished', 2],
]);

afterEach(() => vi.unstubAllGlobals());

function open(sweeps: object | ((url: string) => object)) {
  translationsIn('en');
  stubServer((url) => {
    if (url.includes(`/api/projects/${PROJECT}/sweeps`)) return typeof sweeps === 'function' ? sweeps(url) : sweeps;
    if (url.includes(`/api/projects/${PROJECT}/runs`))
      return { items: SWEEP.runs.map(({ run }) => run), nextCursor: null };
    return undefined;
  });
  renderApp(`/projects/${PROJECT}/training`);
}

test('sweeps are listed with what they vary and their best run, and each of their runs leads to them', async () => {
  const { runs, remainingMs: _, ...summary } = SWEEP;
  const best = { runId: runs[0]!.run.id, runNumber: 11, values: { learningRate: 0.1 }, value: 1.5 };
  open({ items: [{ ...summary, best }], nextCursor: null });
  const row = within(await screen.findByTestId('sweeps')).getAllByRole('row')[1];
  expect(row?.textContent).toContain('Sweep 3● EndedLearning rate2 of 2 finishedLoss 1.500 · #11 · Learning rate 0.1');
  expect(row?.textContent).not.toContain('so far');
  const links = screen.getAllByRole<HTMLAnchorElement>('link', { name: 'Sweep 3' });
  expect(links.map((link) => link.pathname)).toEqual(
    Array.from({ length: 3 }, () => `/projects/${PROJECT}/training/sweeps/${SWEEP.id}`),
  );
});

test('of a sweep that goes on the best run is the best so far', async () => {
  const {
    runs,
    remainingMs: _,
    ...summary
  } = sweepOf(PROJECT, [
    ['finished', 1.5],
    ['running', 2],
  ]);
  const best = { runId: runs[0]!.run.id, runNumber: 11, values: { learningRate: 0.1 }, value: 1.5 };
  open({ items: [{ ...summary, best }], nextCursor: null });
  const row = within(await screen.findByTestId('sweeps')).getAllByRole('row')[1];
  expect(row?.textContent).toContain('◐ In progress');
  expect(row?.textContent).toContain('#11 · Learning rate 0.1 so far');
});

test('a few sweeps stand above the runs, the others are a press away', async () => {
  const { runs: _runs, remainingMs: _, ...summary } = SWEEP;
  const numbered = (number: number) => ({ ...summary, number, id: `01a20a76-a2a3-7a62-8176-708ce0b86d0${number}` });
  const asked: string[] = [];
  open((url: string) => {
    asked.push(url);
    return url.includes('cursor=older')
      ? { items: [numbered(1)], nextCursor: null }
      : { items: [4, 3, 2].map(numbered), nextCursor: 'older' };
  });
  const list = within(await screen.findByTestId('sweeps'));
  expect(list.getAllByRole('row')).toHaveLength(4);
  expect(asked[0]).toContain('limit=3');
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await list.findByText('Sweep 1')).toBeTruthy();
});

test('a project without sweeps has no list of them', async () => {
  open({ items: [], nextCursor: null });
  expect(await screen.findByText('Sweep 3: 0')).toBeTruthy();
  expect(screen.queryByRole('heading', { name: 'Sweeps' })).toBeNull();
});
