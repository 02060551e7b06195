import { expect, test } from 'vitest';
import { ProgramCache } from './program-cache.ts';

test('keeps what was used last within its budget, disposes of what was not, and makes each program once', async () => {
  const events: string[] = [];
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(20);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
    await cache.get(key, 10, async () => {
      events.push(`make ${key}`);
      return { dispose: async () => void events.push(`dispose ${key}`) };
    });
  }
  expect(events).toEqual(['make a', 'make b', 'make c', 'dispose b', 'make b', 'dispose c']);
  await cache.clear();
  expect(events.slice(6)).toEqual(['dispose a', 'dispose b']);
});

test('a program beyond the whole budget pushes all others out and stays', async () => {
  const disposed: string[] = [];
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(20);
  for (const [key, sizeBytes] of [
    ['a', 5],
    ['b', 5],
    ['large', 50],
    ['large', 50],
  ] as const) {
    await cache.get(key, sizeBytes, async () => ({ dispose: async () => void disposed.push(key) }));
  }
  expect(disposed).toEqual(['a', 'b']);
});
