import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatGiven,
  formatMeasured,
  formatNumber,
  formatShare,
  formatSigned,
  formatWithin,
} from './numbers.ts';

describe('numbers as people read them', () => {
  test.each([
    [0, '0'],
    [3.6296, '3.630'],
    [0.04325, '0.04325'],
    [1, '1.000'],
    [123.456, '123.5'],
    [0.00001234, '1.23e-5'],
    [2_500_000, '2.50e6'],
    [50_363.4, '50,363'],
    [-0.5, '-0.5000'],
  ])('%s reads %s', (value, text) => expect(formatNumber(value)).toBe(text));

  test.each([
    [0.8421734, 0.831, 0.853, '0.842 ± 0.011'],
    [0.99, 0.9, 1, '0.990 (0.900 – 1.000)'],
    [0.5, null, null, '0.5000'],
    [1, 1, 1, '1.000'],
    [120, 100, 140, '120 ± 20'],
  ])('%s between %s and %s reads %s', (value, low, high, text) => expect(formatMeasured(value, low, high)).toBe(text));

  test('a value takes its digits from its interval', () => {
    expect(formatWithin(0.8421734, 0.831, 0.853)).toBe('0.842');
    expect(formatWithin(0.8421734, null, null)).toBe('0.8422');
  });

  test.each([
    [0.0123, 0.004, 0.02, '+0.0123'],
    [-0.0123, -0.04, 0.02, '−0.012'],
    [-0.0001, -0.04, 0.02, '0.000'],
    [0, 0, 0, '0'],
  ])('the difference %s between %s and %s reads %s', (value, low, high, text) =>
    expect(formatSigned(value, low, high)).toBe(text),
  );

  test.each([
    [999, '999'],
    [9_999, '9,999'],
    [12_345, '12.3k'],
    [14_800_000, '14.8M'],
    [2_000_000_000, '2B'],
  ])('the count %s reads %s', (count, text) => expect(formatCount(count)).toBe(text));

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [177_000_000, '169 MiB'],
  ])('%s bytes read %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  test.each([
    [0, '0 %'],
    [0.0123, '1.2 %'],
    [0.5, '50 %'],
    [1, '100 %'],
  ])('the share %s reads %s', (share, text) => expect(formatShare(share)).toBe(text));
});

test('a number stands as somebody gave it, a range with the digits that it supports', () => {
  expect([formatGiven(12, null, null), formatGiven(0.87, null, null)]).toEqual(['12', '0.87']);
  expect(formatGiven(0.94, 0.92, 0.96)).toBe('0.940 ± 0.020');
});
