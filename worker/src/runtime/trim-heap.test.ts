import { expect, test } from 'vitest';
import { heapTrimmer } from './trim-heap.ts';

test('the heap can be trimmed wherever the worker runs, as often as wanted', async () => {
  const trim = await heapTrimmer();
  expect([trim(), trim()]).toEqual([undefined, undefined]);
});
