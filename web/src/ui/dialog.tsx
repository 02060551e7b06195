import { Modal, type ModalProps } from 'antd';
import { useEffect, useState } from 'react';

/** What opened the dialog before: one that takes the place of another was opened by the same. */
let lastOpener: Element | null = null;

function openerNow(): Element | null {
  const { activeElement } = document;
  if (activeElement?.closest('[role="dialog"]') === null) lastOpener = activeElement;
  return lastOpener;
}

/** A dialog that is drawn only while it is open; whoever closes it goes on where they opened it, by keyboard too. */
export function Dialog(properties: ModalProps) {
  const [opener] = useState(openerNow);
  useEffect(
    () => () => {
      // Only now the dialog is still there, with the focus inside.
      setTimeout(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body;
        if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
      });
    },
    [opener],
  );
  return <Modal open {...properties} />;
}
