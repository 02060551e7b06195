import '../testing/browser-stubs.ts';
import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { useTellLate } from './use-tell-late.tsx';

function Late({ code }: { readonly code: string }) {
  const tellLate = useTellLate();
  const error = new ApiError({ code, status: 409, message: '' });
  return (
    <button type="button" onClick={() => tellLate(error, 'Read on Monday.')}>
      decide
    </button>
  );
}

test('whoever decides too late is told so, and gets back what they wrote', async () => {
  translationsIn('en');
  renderPart(<Late code="wrong-requirement-state" />);
  fireEvent.click(screen.getByText('decide'));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('This came too late');
  expect(dialog.textContent).toContain('Read on Monday.');
});

test('other refusals are told where they belong', () => {
  translationsIn('en');
  renderPart(<Late code="not-allowed" />);
  fireEvent.click(screen.getByText('decide'));
  expect(screen.queryByRole('dialog')).toBeNull();
});
