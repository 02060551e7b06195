import '../testing/browser-stubs.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { ConfirmedButton } from './confirmed-button.tsx';
import { Dialog } from './dialog.tsx';

/** A form, and what it made in its place, as a token and its secret. */
function Opened() {
  const [shown, setShown] = useState<'form' | 'secret'>();
  return (
    <>
      <button type="button" onClick={() => setShown('form')}>
        make
      </button>
      {shown !== undefined && (
        <Dialog key={shown} title={shown} footer={null} onCancel={() => setShown(undefined)}>
          <button type="button" onClick={() => setShown('secret')}>
            done
          </button>
        </Dialog>
      )}
    </>
  );
}

test('whoever closes a dialog, or the one that took its place, is back where they opened it', async () => {
  renderPart(<Opened />);
  const opener = screen.getByText('make');
  for (const steps of [[], ['done']]) {
    opener.focus();
    fireEvent.click(opener);
    for (const step of steps) {
      screen.getByText(step).focus();
      fireEvent.click(screen.getByText(step));
      await screen.findByText('secret');
    }
    fireEvent.click(screen.getAllByLabelText('Close')[0]!);
    await waitFor(() => expect(document.activeElement).toBe(opener));
  }
});

test('what cannot be undone is asked about in a dialog, and done only then', async () => {
  const onConfirm = vi.fn<() => void>();
  renderPart(
    <ConfirmedButton question="Discard it?" okText="Discard it" cancelText="Keep it" onConfirm={onConfirm}>
      Discard
    </ConfirmedButton>,
  );
  fireEvent.click(screen.getByText('Discard'));
  expect((await screen.findByRole('dialog')).textContent).toContain('Discard it?');
  expect(onConfirm).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Discard it' }));
  await waitFor(() => expect(onConfirm).toHaveBeenCalledOnce());
});
