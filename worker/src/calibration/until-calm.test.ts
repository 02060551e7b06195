import { expect, test } from 'vitest';
import { untilCalm, type Watch } from './until-calm.ts';

const WINDOW_MS = 500;
const PATIENCE_MS = 10_000;

/** A machine of two cores that is busy for these shares of the windows that it is watched for, and calm afterwards. */
function machine(busyShares: readonly number[]): Watch & { windows: number } {
  let [idle, total] = [0, 0];
  const watch = {
    windows: 0,
    times: () => ({ idle, total }),
    wait: (ms: number) => {
      total += 2 * ms;
      idle += 2 * ms * (1 - (busyShares[watch.windows] ?? 0.02));
      watch.windows++;
      return Promise.resolve();
    },
  };
  return watch;
}

const forever = new AbortController().signal;

test('a calm machine is measured after one look', async () => {
  const calm = machine([]);
  await untilCalm(forever, PATIENCE_MS, calm);
  expect(calm.windows).toBe(1);
});

test('what starts beside a worker is waited for until it is done', async () => {
  const starting = machine([1, 0.8, 0.4, 0.12]);
  await untilCalm(forever, PATIENCE_MS, starting);
  expect(starting.windows).toBe(5);
});

test('a machine that is busy all the time is waited for no longer than is said', async () => {
  const busy = machine(Array.from({ length: 1000 }, () => 0.9));
  await untilCalm(forever, PATIENCE_MS, busy);
  expect(busy.windows).toBe(PATIENCE_MS / WINDOW_MS);
});

test('a machine whose times nobody tells is not taken for a calm one, nor waited for without end', async () => {
  const told = machine([]);
  let waits = 0;
  const wait = (): Promise<void> => {
    waits++;
    return Promise.resolve();
  };
  await untilCalm(forever, PATIENCE_MS, { ...told, times: () => ({ idle: 0, total: 0 }), wait });
  expect(waits).toBe(PATIENCE_MS / WINDOW_MS);
});

test('a worker that is asked to stop waits no more', async () => {
  const stop = new AbortController();
  const watch: Watch = {
    times: () => ({ idle: 0, total: 1 }),
    wait: () => {
      stop.abort();
      return Promise.reject(stop.signal.reason as Error);
    },
  };
  await expect(untilCalm(stop.signal, PATIENCE_MS, watch)).resolves.toBeUndefined();
});
