import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ItemTable } from './item-table.tsx';

beforeEach(() => void translationsIn('en'));

function show(columns: number): void {
  const item = {
    ...{ number: 1, text: 'a text', isCut: false, split: 'train' as const, labels: [], value: null, personalData: [] },
    columns: Object.fromEntries(Array.from({ length: columns }, (_, place) => [`c${place}`, `value ${place}`])),
  };
  renderPart(<ItemTable items={[item as never]} />);
}

test('of three hundred columns six are drawn, and the others when they are asked for', () => {
  show(300);
  expect(screen.getByText('c5: value 5')).toBeTruthy();
  expect(screen.queryByText('c6: value 6')).toBeNull();
  const folded = document.querySelector('details')!;
  expect(folded.textContent).toContain('294');
  folded.open = true;
  fireEvent(folded, new Event('toggle'));
  expect(screen.getByText('c299: value 299')).toBeTruthy();
});

test('few columns are not folded', () => {
  show(6);
  expect(screen.getByText('c5: value 5')).toBeTruthy();
  expect(document.querySelector('details')).toBeNull();
});
