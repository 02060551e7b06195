import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useRef, useState } from 'react';
import { Dialog } from '../../../ui/dialog.tsx';
import { useTranslation } from 'react-i18next';

interface Properties {
  readonly title: string;
  /** Says that what stands below is shown this once. */
  readonly warning: string;
  readonly understood: string;
  readonly secret: string;
  readonly testId: string;
  readonly onClose: () => void;
}

/** Shows a secret that nobody can read again; it closes only by saying that it was copied. */
export function SecretOnce({ title, warning, understood, secret, testId, onClose }: Properties) {
  const { t } = useTranslation('common');
  const shown = useRef<HTMLElement>(null);
  const [isCopied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Where the browser lets no page write its clipboard, what is to be copied stands marked for the keyboard.
      if (shown.current) getSelection()?.selectAllChildren(shown.current);
    }
  }
  return (
    <Dialog
      title={title}
      closable={false}
      mask={{ closable: false }}
      footer={
        <>
          <Button onClick={onClose}>{understood}</Button>
          <Button type="primary" icon={isCopied ? <CheckOutlined /> : <CopyOutlined />} onClick={() => void copy()}>
            {t(isCopied ? 'action.copied' : 'action.copy')}
          </Button>
        </>
      }
    >
      <Alert type="warning" showIcon title={warning} />
      <p className="secret">
        <code data-testid={testId} ref={shown}>
          {secret}
        </code>
      </p>
    </Dialog>
  );
}
