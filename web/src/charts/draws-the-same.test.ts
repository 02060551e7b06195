import { expect, test } from 'vitest';
import { drawsTheSame } from './draws-the-same.ts';

const x = [1, 2];
const y = [0.5, 0.25];
const onZoom = (): void => undefined;
const drawing = () => ({
  label: 'loss',
  series: [{ id: 'loss', label: 'loss', x, y, color: 0 }],
  thresholds: [{ value: 1, label: '≤ 1' }],
  zoom: { from: 1, to: 2 },
  onZoom,
});

test('a chart whose lists were made anew with the same points is not drawn again', () => {
  expect(drawsTheSame(drawing(), drawing())).toBe(true);
});

test('a chart with another point, line, threshold, zoom or way to zoom is', () => {
  const [series] = drawing().series;
  for (const change of [
    { series: [{ ...series, y: [0.5, 0.125] }] },
    { series: [{ ...series, y: [...y] }] },
    { series: [] },
    { series: [{ ...series, label: 'Verlust' }] },
    { thresholds: [{ value: 2, label: '≤ 1' }] },
    { zoom: undefined },
    { zoom: { from: 1, to: 3 } },
    { onZoom: () => undefined },
    { xLabel: 'step' },
  ])
    expect(drawsTheSame(drawing(), { ...drawing(), ...change })).toBe(false);
});
