import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { DateField, MomentField } from './date-field.tsx';

/** Types into the field and leaves it, after Enter where there is something to take. */
function type(text: string, isEntered = true): HTMLInputElement {
  const field = screen.getByRole<HTMLInputElement>('textbox');
  fireEvent.focus(field);
  fireEvent.change(field, { target: { value: text } });
  if (isEntered) fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });
  fireEvent.blur(field);
  return screen.getByRole<HTMLInputElement>('textbox');
}

test('a day may be typed in several ways', () => {
  const onChange = vi.fn<(day: string | undefined) => void>();
  renderPart(<DateField value="2026-01-02" onChange={onChange} />);
  for (const text of ['2027-03-05', '2027/3/6', '20270307', '2027.3.8']) type(text);
  expect(onChange.mock.calls.flat()).toEqual(['2027-03-05', '2027-03-06', '2027-03-07', '2027-03-08']);
});

test('what is no day is not taken, and the day that holds shows again', () => {
  const onChange = vi.fn<(day: string | undefined) => void>();
  renderPart(<DateField value="2026-01-02" onChange={onChange} />);
  expect(type('next week', false).value).toBe('2026-01-02');
  expect(onChange).not.toHaveBeenCalled();
});

test('an emptied field is empty', () => {
  const onChange = vi.fn<(day: string | undefined) => void>();
  renderPart(<DateField value="2026-01-02" onChange={onChange} />);
  type('', false);
  expect(onChange).toHaveBeenLastCalledWith(undefined);
});

test('a moment is typed and shown in the reader’s time zone', () => {
  const onChange = vi.fn<(moment: string | undefined) => void>();
  renderPart(<MomentField onChange={onChange} />);
  type('2027-03-05 06:07');
  expect(onChange).toHaveBeenLastCalledWith(new Date(2027, 2, 5, 6, 7).toISOString());
});
