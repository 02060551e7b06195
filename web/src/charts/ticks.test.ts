import { expect, test } from 'vitest';
import { placeTicks, tickText } from './ticks.ts';

test('steps are even up to the end of the axis', () => {
  expect(placeTicks(0, 30, 250, true)).toEqual([0, 10, 20, 30]);
  expect(placeTicks(0, 30, 400, true)).toEqual([0, 5, 10, 15, 20, 25, 30]);
  expect(placeTicks(1, 30, 150, true)).toEqual([10, 20, 30]);
  expect(placeTicks(0, 1, 190, false)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test('the end of the axis is labelled where it has room, and left out where it would crowd the last step', () => {
  expect(placeTicks(0, 37, 250, true)).toEqual([0, 10, 20, 30, 37]);
  expect(placeTicks(0, 32, 250, true)).toEqual([0, 10, 20, 30]);
});

test('places between whole numbers are labelled only where they can be', () => {
  expect(placeTicks(0, 2, 600, true)).toEqual([0, 1, 2]);
  expect(placeTicks(5, 5, 600, true)).toEqual([5]);
  expect(placeTicks(7, 8, 600, true)).toEqual([7, 8]);
});

test('labels never touch and no axis is without them, however long and narrow it is', () => {
  for (const width of [60, 130, 250, 480, 900])
    for (const from of [0, 1, 97, 12_345])
      for (const length of [1, 3, 9, 30, 99, 640, 12_000, 250_000]) {
        const ticks = placeTicks(from, from + length, width, true);
        const label = `${from} to ${from + length} on ${width} px: ${ticks.map(tickText).join(', ')}`;
        expect(ticks.length, label).toBeGreaterThan(width < 130 ? 0 : 1);
        expect(new Set(ticks.map(tickText)).size, label).toBe(ticks.length);
        ticks.slice(1).forEach((tick, index) => {
          const before = ticks[index]!;
          const free = ((tick - before) / length) * width - ((tickText(tick).length + tickText(before).length) / 2) * 7;
          expect(free, label).toBeGreaterThanOrEqual(16 - 1e-6);
        });
        const gaps = ticks.slice(1, -1).map((tick, index) => tick - ticks[index]!);
        expect(new Set(gaps).size, label).toBeLessThanOrEqual(1);
      }
});

test('a place is written as it is', () => {
  expect([0, 0.25, 1234, 0.0005, 12_000, 12_345, 250_000].map(tickText)).toEqual([
    '0',
    '0.25',
    '1234',
    '5e-4',
    '12k',
    '12,345',
    '250k',
  ]);
});
