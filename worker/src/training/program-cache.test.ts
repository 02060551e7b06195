import { expect, test } from 'vitest';
import { ProgramCache } from './program-cache.ts';

test('keeps what was used last, disposes of what was not, and makes each program once', async () => {
  const events: string[] = [];
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(2);
  const use = (key: string) =>
    cache.get(key, async () => {
      events.push(`make ${key}`);
      return { dispose: async () => void events.push(`dispose ${key}`) };
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await use(key);
  expect(events).toEqual(['make a', 'make b', 'make c', 'dispose b', 'make b', 'dispose c']);
  await cache.clear();
  expect(events.slice(6)).toEqual(['dispose a', 'dispose b']);
});
