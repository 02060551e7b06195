import '../testing/browser-stubs.ts';
import { waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';

const row = (id: string) => ({ id, label: id, values: { part: 0.5 } });

/** The room for a drawing, and all that stands under it. */
function roomOf(container: HTMLElement): string {
  const area = container.querySelector<HTMLElement>('.chart-area');
  return `${area?.style.height} ${area?.nextElementSibling?.outerHTML}`;
}

test.each([1, 9])('a chart of %i bars keeps its room while its drawing is loaded', async (count) => {
  // A drawing that another file has loaded would be there at once.
  vi.resetModules();
  const { BarChart } = await import('./bar-chart.tsx');
  translationsIn('en');
  const { container } = renderPart(
    <BarChart
      {...{ title: 'Parts', label: 'Parts', rowLabel: 'Bar', axisLabel: 'share', testId: 'bars' }}
      series={[{ id: 'part', label: 'Part', color: 0, kind: 'solid' }]}
      rows={Array.from({ length: count }, (_, index) => row(`bar ${index}`))}
    />,
  );
  const before = roomOf(container);
  if (count === 1) expect(container.querySelector('.ant-skeleton')).toBeTruthy();
  await waitFor(() => expect(container.querySelector('.chart-drawing')).toBeTruthy(), { timeout: 60_000 });
  expect(container.querySelector('.ant-skeleton')).toBeNull();
  expect(roomOf(container)).toBe(before);
  expect(before).toContain(`${count * 40 + 44}px`);
  expect(before).toContain('Part');
});
