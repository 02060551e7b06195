import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readItems } from './read-items.ts';
import { holdsPersonalData } from './shown-items.ts';

test('others have their turn while items are read that are long to look through', async () => {
  const line = `${JSON.stringify({ text: '1 '.repeat(4_000) })}\n`;
  let turns = 0;
  const takeTurn = (): void => {
    turns += 1;
    next = setImmediate(takeTurn);
  };
  let next = setImmediate(takeTurn);
  let read = 0;
  for await (const { item } of readItems(Readable.from([Buffer.from(line.repeat(600))]))) {
    expect(holdsPersonalData(item)).toBe(false);
    read += 1;
  }
  clearImmediate(next);
  expect(read).toBe(600);
  expect(turns).toBeGreaterThan(5);
});
