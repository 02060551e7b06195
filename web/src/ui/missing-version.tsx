import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

/** Said where an address names a version that was thrown away, or never was. */
export function MissingVersion({ version }: { readonly version: number }) {
  const { t } = useTranslation();
  return <Alert type="warning" showIcon data-testid="missing-version" title={t('missingVersion', { version })} />;
}
