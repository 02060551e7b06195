import { expect, test } from 'vitest';
import { reduceCurve } from './curve-reduction.ts';
import { seededRandom } from './random.ts';

test('a short line is left alone', () => {
  expect(reduceCurve([0, 0.5, 1], [0, 0.7, 1])).toEqual({ x: [0, 0.5, 1], y: [0, 0.7, 1], fullPointCount: 3 });
});

test('ends and corners survive, points on straight stretches go', () => {
  const x = Array.from({ length: 2_001 }, (_, k) => (k <= 1_000 ? 0 : (k - 1_000) / 1_000));
  const y = Array.from({ length: 2_001 }, (_, k) => (k <= 1_000 ? k / 1_000 : 1));
  expect(reduceCurve(x, y)).toEqual({ x: [0, 0, 1], y: [0, 1, 1], fullPointCount: 2_001 });
});

test('500 of 20,000 points of a rising random walk stay within 0.002 of it', () => {
  const random = seededRandom(2);
  const [x, y] = [[0], [0]];
  for (let k = 1; k < 20_000; k++) {
    const isUp = random() < 1 - k / 20_000;
    x.push(x.at(-1)! + (isUp ? 0 : 1e-4));
    y.push(y.at(-1)! + (isUp ? 1e-4 : 0));
  }
  const reduced = reduceCurve(x, y);
  expect(reduced.x.length).toBe(500);
  expect(reduced.fullPointCount).toBe(20_000);
  expect([reduced.x[0], reduced.x.at(-1)]).toEqual([x[0], x.at(-1)]);
  let segment = 0;
  for (let k = 0; k < x.length; k++) {
    while (reduced.x[segment + 1]! + reduced.y[segment + 1]! < x[k]! + y[k]!) segment++;
    const [dx, dy] = [reduced.x[segment + 1]! - reduced.x[segment]!, reduced.y[segment + 1]! - reduced.y[segment]!];
    const cross = dx * (y[k]! - reduced.y[segment]!) - dy * (x[k]! - reduced.x[segment]!);
    expect(Math.abs(cross) / Math.hypot(dx, dy)).toBeLessThan(0.002);
  }
});
