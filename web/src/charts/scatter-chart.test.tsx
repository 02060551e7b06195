import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ScatterChart } from './scatter-chart.tsx';
import type { ScatterPoint } from './scatter.ts';

const POINTS: readonly ScatterPoint[] = [
  { id: 'a', label: '#1', x: 'adam', y: 1.5, kind: 'done', isBest: true },
  { id: 'b', label: '#2', x: 'sgd', y: 2, kind: 'done', isBest: false },
  { id: 'c', label: '#3', x: 'sgd', y: 2.5, kind: 'open', isBest: false },
  { id: 'd', label: '#4', x: 'adam', y: null, kind: 'none', isBest: false },
  { id: 'e', label: '#5', x: 'adam', y: 9, kind: 'failed', isBest: false },
];

function draw(points: readonly ScatterPoint[]) {
  translationsIn('en');
  return renderPart(
    <ScatterChart
      {...{ title: 'Optimiser', label: 'Loss by optimiser', rowLabel: 'Run', xLabel: 'Optimiser', yLabel: 'Loss' }}
      {...{ points, scale: 'linear', noneLabel: 'no value', testId: 'scatter', emptyText: 'Nothing yet' }}
      wordOf={(word) => word.toUpperCase()}
    />,
  );
}

test('each kind of point has a mark of its own, which the legend names', () => {
  const { container } = draw(POINTS);
  const marks = [...container.querySelectorAll('.chart-legend [data-kind]')];
  expect(marks.map((mark) => `${mark.tagName} ${mark.getAttribute('data-kind')}`)).toEqual([
    'polygon best',
    'circle done',
    'circle open',
    'path failed',
    'path none',
  ]);
  expect(container.querySelector('.chart-legend')?.textContent).toBe(
    ' best finished so far failed or cancelled no value',
  );
});

test('as a table it has a row for each point with what its mark says, also for one without a value', () => {
  draw(POINTS);
  fireEvent.click(screen.getByRole('button', { name: 'Show as table (t)' }));
  const rows = screen.getAllByRole('row').map((row) => row.textContent);
  expect(rows).toEqual([
    'RunOptimiserLossShown as',
    '#1ADAM1.500best',
    '#2SGD2.000finished',
    '#3SGD2.500so far',
    '#4ADAM–no value',
    '#5ADAM9.000failed or cancelled',
  ]);
});

test('without any value it says why there is nothing', () => {
  draw(POINTS.filter(({ y }) => y === null));
  expect(screen.getByText('Nothing yet')).toBeTruthy();
});
