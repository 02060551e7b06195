import { expect, test } from 'vitest';
import { randomKey, uniformAt } from '../model/random.ts';
import { nativeLargest, plainLargest } from './largest.ts';

const native = await nativeLargest();

test.each([
  ['plain', plainLargest],
  ['by machine code', native],
] as const)('the largest of numbers, %s', (_, largest) => {
  if (largest === null) return;
  for (const length of [0, 1, 2, 15, 16, 17, 31, 32, 33, 1000]) {
    for (let seed = 0; seed < 5; seed++) {
      const key = randomKey(seed, length);
      // What lies around must not be read.
      const whole = new Float32Array(length + 64).fill(9);
      const values = whole.subarray(32, 32 + length);
      values.forEach((__, index) => (values[index] = 4 * uniformAt(key, index) - 5));
      if (seed === 1) values.fill(-Infinity);
      expect(largest(values)).toBe(Math.max(...values));
      if (length > 1) {
        values[seed % length] = Number.NaN;
        expect(largest(values)).toBe(Math.max(...values.filter((value) => !Number.isNaN(value))));
      }
    }
  }
});
