import { expect, test } from 'vitest';
import { DistinctCounter } from './distinct-counter.ts';
import { mix32 } from './hashing.ts';

function counterOf(from: number, to: number): DistinctCounter {
  const counter = new DistinctCounter(2 ** 18);
  for (let value = from; value < to; value++) counter.add(mix32(value), mix32(value ^ 0x5bd1e995));
  return counter;
}

test('counts exactly while the hashes fit, and each thing once', () => {
  const counter = counterOf(0, 200_000);
  counter.addAll(counterOf(100_000, 250_000).hashes());
  expect(counter).toMatchObject({ count: 250_000, isExact: true });
});

test('estimates within a percent beyond that, and alike in whatever order and parts the things came', () => {
  const whole = counterOf(0, 3_000_000);
  expect(whole.isExact).toBe(false);
  expect(Math.abs(whole.count / 3_000_000 - 1)).toBeLessThan(0.01);
  const merged = counterOf(2_000_000, 3_000_000);
  merged.addAll(counterOf(0, 1000).hashes());
  merged.addAll(counterOf(500, 2_000_000).hashes());
  expect(merged.count).toBe(whole.count);
});
