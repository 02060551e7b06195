import { Alert, Button, Modal, Typography } from 'antd';
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
  return (
    <Modal
      open
      title={title}
      closable={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {understood}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={warning} />
      <Typography.Paragraph code copyable={{ tooltips: [t('action.copy'), t('action.copied')] }} data-testid={testId}>
        {secret}
      </Typography.Paragraph>
    </Modal>
  );
}
