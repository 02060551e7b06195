import { describe, expect, test } from 'vitest';
import { spreadLabels } from './end-labels.tsx';
import { thresholdLabelHeights } from './threshold-labels.tsx';
import { csvOf } from './export.ts';
import { bandKey, readingAt, rowsOf, valueAt, type ChartSeries } from './series.ts';

const training: ChartSeries = { id: 'training', label: 'training', x: [1, 2, 3], y: [4, 3, 2], color: 0 };
const validation: ChartSeries = { id: 'validation', label: 'validation, "held"', x: [2], y: [5], color: 1 };

describe('the rows of a chart', () => {
  test('bring series with different steps together', () => {
    expect(rowsOf([training, validation])).toEqual([
      { x: 1, training: 4 },
      { x: 2, training: 3, validation: 5 },
      { x: 3, training: 2 },
    ]);
  });

  test('hold only the zoomed range', () => {
    expect(rowsOf([training], { from: 2, to: 3 }).map((row) => row.x)).toEqual([2, 3]);
  });

  test('carry a band only where a point stands for different values', () => {
    const bucketed = { ...training, low: [4, 2, 2], high: [4, 4, 2] };
    expect(rowsOf([bucketed])[1]?.[bandKey('training')]).toEqual([2, 4]);
    expect(rowsOf([{ ...training, low: [4, 3, 2], high: [4, 3, 2] }])[1]).not.toHaveProperty(bandKey('training'));
  });
});

test('a reading tells the newest value of each series up to there, largest first', () => {
  expect(valueAt(validation, 1)).toBeNull();
  expect(valueAt(validation, 9)).toBe(5);
  expect(readingAt([training, validation], 3).map(({ value }) => value)).toEqual([5, 2]);
});

test('the CSV has a line for each step and quotes what needs it', () => {
  expect(csvOf('step', [training, validation])).toBe(
    'step,training,"validation, ""held"""\r\n1,4,\r\n2,3,5\r\n3,2,\r\n',
  );
  const formula = { ...training, label: '=HYPERLINK("https://evil.example")' };
  expect(csvOf('step', [formula])).toMatch(/^step,"'=HYPERLINK/);
});

test('labels are pushed apart and stay inside', () => {
  const placed = spreadLabels([100, 101, 99], 0, 110);
  const sorted = placed.toSorted((a, b) => a - b);
  expect(sorted[1]! - sorted[0]!).toBeGreaterThanOrEqual(14);
  expect(sorted[2]! - sorted[1]!).toBeGreaterThanOrEqual(14);
  expect(Math.max(...placed)).toBeLessThanOrEqual(110);
});

test('what a threshold says stands below its line, and below lines and labels that it would meet there', () => {
  expect(thresholdLabelHeights([40], 200)).toEqual([49]);
  expect(thresholdLabelHeights([90, 40], 200)).toEqual([99, 49]);
  expect(thresholdLabelHeights([25, 34], 200)).toEqual([43, 56]);
  expect(thresholdLabelHeights([34, 25, 60], 200)).toEqual([69, 43, 82]);
  expect(thresholdLabelHeights([195], 200)).toEqual([186]);
});
