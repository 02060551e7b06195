import '../../../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { MetricTable } from './metric-table.tsx';

test('a metric without a value says that it has none here, and why that can be', () => {
  translationsIn('en');
  const metric = { metric: 'auc-confidence', value: null, low: null, high: null, items: 41, note: null };
  renderPart(<MetricTable metrics={[metric]} />);
  expect(screen.getByText(/^Not defined on these items/)).toBeTruthy();
});
