import '../../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { WorkerSummary } from '@greenlight/shared/across/governance/contract.ts';
import { NO_RATES } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const worker = (name: string): WorkerSummary => ({
  ...{ id: name, name, state: 'offline', device: 'cpu', adapter: '', cores: 2, memoryBytes: 1, version: '1' },
  ...{ lastSeenAt: '2026-01-01T00:00:00.000Z', currentRunId: null, rates: NO_RATES, matrixFlopsPerSecond: null },
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test.each<[Language, RegExp, RegExp, string, RegExp]>([
  ['en', /^Show more$/, /Try again$/, 'The rest could not be read.', /3 workers are connected, 1 at work/],
  ['zh', /^显示更多$/, /重\s?试$/, '其余内容无法读取。', /已连接 3 台训练机，其中 1 台正在工作/],
])('all workers are reached, and all are counted (%s)', async (language, more, again, unread, counted) => {
  translationsIn(language);
  let fails = true;
  stubServer((url) => {
    if (!url.includes('/api/workers')) return undefined;
    const counts = { connected: 3, busy: 1 };
    if (url.includes('connection=connected'))
      return { items: [{ ...worker('here'), state: 'idle' }], nextCursor: null, ...counts };
    if (!url.includes('cursor=older')) return { items: [worker('newest')], nextCursor: 'older', ...counts };
    return fails ? Response.json({}, { status: 500 }) : { items: [worker('oldest')], nextCursor: null, ...counts };
  });
  renderApp('/governance/workers');
  expect(await screen.findByRole('rowheader', { name: 'newest' }, { timeout: 60_000 })).toBeTruthy();
  expect(screen.getByText(counted)).toBeTruthy();
  // Those that can work stand first.
  expect(screen.getAllByRole('rowheader').map(({ textContent }) => textContent)).toEqual(['here', 'newest']);
  fireEvent.click(screen.getByRole('button', { name: more }));
  expect(await screen.findByText(unread)).toBeTruthy();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: again }));
  expect(await screen.findByRole('rowheader', { name: 'oldest' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: more })).toBeNull();
});

test('workers that are away are read again only when one came or went', async () => {
  translationsIn('en');
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'], shouldAdvanceTime: true });
  let here = ['first', 'second'];
  const asked: string[] = [];
  stubServer((url) => {
    if (!url.includes('/api/workers')) return undefined;
    const counts = { connected: here.length, busy: 0 };
    if (url.includes('connection=connected')) {
      asked.push('connected');
      return { items: here.map((name) => ({ ...worker(name), state: 'idle' })), nextCursor: null, ...counts };
    }
    asked.push('offline');
    const away = ['first', 'second', 'third'].filter((name) => !here.includes(name));
    return { items: away.map(worker), nextCursor: null, ...counts };
  });
  const names = () => screen.getAllByRole('rowheader').map(({ textContent }) => textContent);
  const timePasses = () => act(() => vi.advanceTimersByTimeAsync(6_000));
  renderApp('/governance/workers');
  await screen.findByRole('rowheader', { name: 'third' }, { timeout: 60_000 });
  expect(names()).toEqual(['first', 'second', 'third']);
  expect(asked).toEqual(['connected', 'offline']);

  await timePasses();
  await waitFor(() => expect(asked).toHaveLength(3));
  await timePasses();
  await waitFor(() => expect(asked).toHaveLength(4));
  expect(asked.slice(2)).toEqual(['connected', 'connected']);

  here = ['second'];
  await timePasses();
  await waitFor(() => expect(names()).toEqual(['second', 'first', 'third']));
});

test('a worker that fell silent is found among those that are away although their list could not be read at first', async () => {
  translationsIn('en');
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'], shouldAdvanceTime: true });
  let here = ['first', 'second'];
  let fails = false;
  stubServer((url) => {
    if (!url.includes('/api/workers')) return undefined;
    const counts = { connected: here.length, busy: 0 };
    if (url.includes('connection=connected'))
      return { items: here.map((name) => ({ ...worker(name), state: 'idle' })), nextCursor: null, ...counts };
    if (fails) return Response.json({}, { status: 500 });
    const away = ['first', 'second', 'third'].filter((name) => !here.includes(name));
    return { items: away.map(worker), nextCursor: null, ...counts };
  });
  const names = () => screen.getAllByRole('rowheader').map(({ textContent }) => textContent);
  const timePasses = () => act(() => vi.advanceTimersByTimeAsync(6_000));
  renderApp('/governance/workers');
  await screen.findByRole('rowheader', { name: 'third' }, { timeout: 60_000 });

  fails = true;
  here = ['second'];
  await timePasses();
  await waitFor(() => expect(names()).toEqual(['second', 'third']));
  fails = false;
  await timePasses();
  await waitFor(() => expect(names()).toEqual(['second', 'first', 'third']));
});
