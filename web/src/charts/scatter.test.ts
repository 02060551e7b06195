import { expect, test } from 'vitest';
import { heightAxisOf, placeAxisOf, scatterAsCsv, type ScatterPoint } from './scatter.ts';

const point = (x: number | string, y: number | null = 1): ScatterPoint => ({
  ...{ id: String(x), label: `#${x}`, x, y, kind: y === null ? 'none' : 'done', isBest: false },
});
const axis = (scale: 'linear' | 'logarithmic', ...values: (number | string)[]) =>
  placeAxisOf(
    values.map((x) => point(x)),
    scale,
    300,
    (word) => word.toUpperCase(),
  );

test('few values are all labelled, with room beyond the outermost', () => {
  const drawn = axis('linear', 4, 1, 4, 2);
  expect(drawn?.ticks).toEqual([1, 2, 4]);
  expect([drawn?.from, drawn?.to].map(Number)).toEqual([1 - 0.24, 4 + 0.24]);
});

test('of many values nice numbers are labelled, on a logarithmic axis powers of ten', () => {
  const many = Array.from({ length: 20 }, (_, place) => 0.0002 * 1.5 ** place);
  expect(axis('logarithmic', ...many)?.ticks).toEqual([0.001, 0.01, 0.1]);
  expect(axis('linear', ...many)?.ticks).toContain(0.1);
});

test('a logarithmic axis that meets a zero is linear', () => {
  expect(axis('logarithmic', 0, 0.1)?.scale).toBe('linear');
});

test('one value alone stands in the middle', () => {
  for (const scale of ['linear', 'logarithmic'] as const) {
    const drawn = axis(scale, 3);
    expect(drawn!.from < 3 && 3 < drawn!.to).toBe(true);
  }
});

test('words stand side by side in the order in which they come', () => {
  const drawn = axis('logarithmic', 'sgd', 'adam', 'sgd');
  expect([drawn?.placeOf('sgd'), drawn?.placeOf('adam')]).toEqual([0, 1]);
  expect(drawn?.ticks.map((tick) => drawn.textOf(tick))).toEqual(['SGD', 'ADAM']);
});

test('the vertical axis spans what has a value', () => {
  const { from, to, ticks } = heightAxisOf([point(1, 2), point(2, null), point(3, 4)]);
  expect([from, to]).toEqual([2 - 0.16, 4 + 0.16]);
  expect(ticks).toEqual([2, 3, 4]);
  expect(heightAxisOf([point(1, null)])).toMatchObject({ from: 0, to: 1 });
});

test('the table of values has a line for each point, with what it is shown as', () => {
  const points = [
    { ...point(0.1, 2.5), isBest: true },
    point(0.2, null),
    { ...point(0.3, 4), kind: 'failed' as const },
  ];
  expect(scatterAsCsv(['Run', 'Dropout', 'Loss', 'Shown as'], points, (mark) => mark.toUpperCase())).toBe(
    'Run,Dropout,Loss,Shown as\r\n#0.1,0.1,2.5,BEST\r\n#0.2,0.2,,NONE\r\n#0.3,0.3,4,FAILED\r\n',
  );
});
