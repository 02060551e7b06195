import '../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { LineChart } from './line-chart.tsx';

beforeEach(() => void translationsIn('en'));

function show(lines: number, name = 'line'): void {
  const series = Array.from({ length: lines }, (_, color) => {
    return { id: String(color), label: `${name} ${color}`, color, x: [0, 1], y: [0, 1] };
  });
  renderPart(<LineChart testId="chart" title="A chart" label="A chart" xLabel="x" yLabel="y" series={series} />);
}

test('a legend names the lines where they are too many to be named at their ends', () => {
  show(7);
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent?.trim())).toContain('line 6');
});

test('a legend names lines whose names are too long to stand at their ends', () => {
  show(2, 'a name that is much too long');
  expect(screen.getAllByRole('listitem')).toHaveLength(2);
});

test('few lines with short names are named at their ends', () => {
  show(6);
  expect(screen.queryAllByRole('listitem')).toEqual([]);
});
