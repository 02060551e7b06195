import '../../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { evaluationOf } from '../../testing/evaluation.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c30';
const IDS = Array.from({ length: 10 }, (_, place) => `01a20a76-a2a3-7a62-8176-708ce0b86c4${place}`);
const FIRST_PAGE = 9;

beforeEach(() => {
  translationsIn('en');
  const evaluations = IDS.map((id, place) => ({ ...evaluationOf(PROJECT, id), runNumber: place + 1 }));
  stubServer((url) => {
    if (url.endsWith(`/api/evaluations/${IDS[0]}`)) return evaluations[0];
    if (!url.includes('/evaluations')) return undefined;
    return url.includes('cursor=')
      ? { items: evaluations.slice(FIRST_PAGE), nextCursor: null }
      : { items: evaluations.slice(0, FIRST_PAGE), nextCursor: 'more' };
  });
});
afterEach(() => vi.unstubAllGlobals());

const box = (run: number) =>
  screen.findByRole('checkbox', { name: `Choose Run ${run}, step 1, test items for comparing` }, { timeout: 60_000 });
const state = () => screen.getByTestId('chosen').textContent;
const compare = () => screen.getByTestId('compare');

test('two to eight are compared, in the order in which they were chosen, over all pages of the list', async () => {
  const { router } = renderApp(`/projects/${PROJECT}/evaluation`);
  fireEvent.click(await box(2));
  await waitFor(() => expect(state()).toBe('1 chosen, the baseline: choose another.'));
  expect(compare().hasAttribute('disabled')).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  fireEvent.click(await box(10));
  await waitFor(() => expect(compare().textContent).toBe('Compare 2'));
  expect(router.state.location.search).toEqual({ ids: [IDS[1], IDS[9]].join(',') });
  fireEvent.click(await box(1));
  await waitFor(() => expect(compare().textContent).toBe('Compare 3'));
  fireEvent.click(await box(2));
  await waitFor(() => expect(compare().textContent).toBe('Compare 2'));
  const address = new URL((compare() as HTMLAnchorElement).href);
  expect(address.pathname).toBe(`/projects/${PROJECT}/evaluation/compare`);
  expect(address.searchParams.get('ids')).toBe([IDS[9], IDS[0]].join(','));
});

test('more than eight are told to be too many, and the choice can be taken back', async () => {
  renderApp(`/projects/${PROJECT}/evaluation?ids=${IDS.slice(0, 9).join(',')}`);
  expect(((await box(9)) as HTMLInputElement).checked).toBe(true);
  expect(state()).toBe('9 chosen, 8 is the most: take some back.');
  expect(compare().hasAttribute('disabled')).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: 'Clear the choice' }));
  await waitFor(() => expect(state()).toContain('Choose 2 to 8 evaluations'));
  expect(((await box(9)) as HTMLInputElement).checked).toBe(false);
});

test('one evaluation’s page leads to the list with this one chosen', async () => {
  renderApp(`/projects/${PROJECT}/evaluation/evaluations/${IDS[0]}`);
  const link = await screen.findByRole('link', { name: 'Compare with …' }, { timeout: 60_000 });
  expect(link.getAttribute('href')).toBe(`/projects/${PROJECT}/evaluation?ids=${IDS[0]}`);
});
