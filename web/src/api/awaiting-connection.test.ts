import { afterEach, expect, test, vi } from 'vitest';
import { awaitingConnection } from './awaiting-connection.ts';

afterEach(() => vi.unstubAllGlobals());

/** A browser whose connection is there or not. */
function browser(onLine: boolean): EventTarget {
  const target = new EventTarget();
  vi.stubGlobal('navigator', { onLine });
  vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
  return target;
}

const failingOnce = () =>
  vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('no such module')).mockResolvedValue('page');

test('without a connection a page’s code is asked for again once there is one', async () => {
  const target = browser(false);
  const load = failingOnce();
  const loaded = awaitingConnection(load)();
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
  target.dispatchEvent(new Event('online'));
  await expect(loaded).resolves.toBe('page');
});

test('with a connection a failure is a failure', async () => {
  browser(true);
  await expect(awaitingConnection(failingOnce())()).rejects.toThrow('no such module');
});
