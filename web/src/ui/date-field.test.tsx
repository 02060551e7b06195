import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { DateField, MomentField } from './date-field.tsx';

function type(text: string): HTMLInputElement {
  const field = screen.getByRole<HTMLInputElement>('textbox');
  fireEvent.focus(field);
  fireEvent.change(field, { target: { value: text } });
  fireEvent.blur(field);
  return screen.getByRole<HTMLInputElement>('textbox');
}

test.each(['2027-03-05', '2027/3/5', '20270305', '2027年3月5日'])('a day may be typed as %s', (text) => {
  const onChange = vi.fn<(day: string | undefined) => void>();
  renderPart(<DateField value="2026-01-02" onChange={onChange} />);
  type(text);
  expect(onChange).toHaveBeenLastCalledWith('2027-03-05');
});

test('what is no day is not taken, and the day that holds shows again', () => {
  const onChange = vi.fn<(day: string | undefined) => void>();
  renderPart(<DateField value="2026-01-02" onChange={onChange} />);
  expect(type('next week').value).toBe('2026-01-02');
  expect(onChange).not.toHaveBeenCalled();
});

test('a moment is typed and shown in the reader’s time zone', () => {
  const onChange = vi.fn<(moment: string | undefined) => void>();
  renderPart(<MomentField onChange={onChange} />);
  const field = screen.getByRole('textbox');
  fireEvent.focus(field);
  fireEvent.change(field, { target: { value: '2027-03-05 06:07' } });
  fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });
  expect(onChange).toHaveBeenLastCalledWith(new Date(2027, 2, 5, 6, 7).toISOString());
});
