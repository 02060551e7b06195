import { expect, test } from 'vitest';
import { ThumbnailLoader } from './thumbnail-loader.ts';

class Picture {
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
}

/** A loader whose thumbnails are made when the test says so. */
function loaderOf(settings: { atOnce: number; kept: number }) {
  const loader = new ThumbnailLoader<Picture>(settings);
  const begun: { address: string; done: (picture: Picture) => void; fail: (error: Error) => void }[] = [];
  return {
    begun,
    addresses: () => begun.map((one) => one.address),
    clear: () => loader.clear(),
    ask: (address: string, signal: AbortSignal = new AbortController().signal) =>
      loader.thumbnail(address, signal, () => new Promise((done, fail) => begun.push({ address, done, fail }))),
  };
}

test('a few are made at once, the others in their order as soon as one has ended, well or not', async () => {
  const { ask, begun, addresses } = loaderOf({ atOnce: 2, kept: 10 });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((address) => ask(address));
  expect(addresses()).toEqual(['a', 'b']);
  begun[1]!.fail(new Error('gone'));
  await expect(b).rejects.toThrow('gone');
  begun[0]!.done(new Picture());
  await a;
  await expect.poll(addresses).toEqual(['a', 'b', 'c', 'd']);
  begun[2]!.done(new Picture());
  begun[3]!.done(new Picture());
  await Promise.all([c, d]);
});

test('what nobody wants any more is never begun, and what is under way makes room when it has ended', async () => {
  const { ask, begun, addresses } = loaderOf({ atOnce: 1, kept: 10 });
  const [first, second] = [new AbortController(), new AbortController()];
  const started = ask('a', first.signal);
  const waiting = ask('b', second.signal);
  const last = ask('c');
  second.abort();
  await expect(waiting).rejects.toThrow('abort');
  first.abort();
  await expect(started).rejects.toThrow('abort');
  begun[0]!.fail(new Error('stopped'));
  await expect.poll(addresses).toEqual(['a', 'c']);
  begun[1]!.done(new Picture());
  await last;
});

test('the latest used are kept, and the others closed', async () => {
  const { ask, begun, addresses, clear } = loaderOf({ atOnce: 9, kept: 2 });
  const pictures = [];
  for (const [place, address] of ['a', 'b', 'a', 'c'].entries()) {
    const made = ask(address);
    if (place !== 2) begun.at(-1)!.done(new Picture());
    pictures.push(await made);
  }
  expect(addresses()).toEqual(['a', 'b', 'c']);
  expect(pictures.map(({ isClosed }) => isClosed)).toEqual([false, true, false, false]);
  clear();
  expect(pictures.every(({ isClosed }) => isClosed)).toBe(true);
});
