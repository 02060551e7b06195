import '../../../testing/browser-stubs.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { LabelCounts } from './label-counts.tsx';

beforeEach(() => void translationsIn('en'));
const labelled = (label: string, count: number) =>
  Array.from({ length: count }, () => ({ text: 't', labels: [label] }));

test('the most frequent labels are named with their numbers, the rest by how many there are', () => {
  const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].flatMap((label, place) =>
    labelled(label, place + 1),
  );
  renderPart(<LabelCounts items={[...items, { text: 'none' }]} />);
  const said = screen.getByTestId('file-labels').textContent;
  expect(said).toContain('10');
  expect(said).toContain('j 10 · i 9 · h 8 · g 7 · f 6 · e 5 · d 4 · c 3 · …');
  expect(said).not.toContain('b 2');
});

test('several labels of one text count each, and texts without labels say nothing', () => {
  const { unmount } = renderPart(
    <LabelCounts
      items={[
        { text: 't', labels: ['x', 'y'] },
        { text: 't', labels: ['y'] },
      ]}
    />,
  );
  expect(screen.getByTestId('file-labels').textContent).toContain('y 2 · x 1');
  expect(screen.getByTestId('file-labels').textContent).not.toContain('…');
  unmount();
  renderPart(<LabelCounts items={[{ text: 't' }]} />);
  expect(screen.queryByTestId('file-labels')).toBeNull();
});
