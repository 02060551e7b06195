import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { SeveralSelect } from './several-select.tsx';

test('Tab leaves a choice of several as it is, Enter still chooses', () => {
  const onChange = vi.fn<(chosen: string[]) => void>();
  renderPart(<SeveralSelect open value={['a']} options={[{ value: 'a' }, { value: 'b' }]} onChange={onChange} />);
  const field = screen.getByRole('combobox');
  fireEvent.keyDown(field, { key: 'Tab', keyCode: 9, which: 9 });
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.keyDown(field, { key: 'Enter', keyCode: 13, which: 13 });
  expect(onChange).toHaveBeenCalledOnce();
});
