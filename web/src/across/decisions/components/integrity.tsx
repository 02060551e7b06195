import type { DecisionIntegrity } from '@greenlight/shared/across/decisions/contract.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';

/** A warning where a decision is no longer what was recorded; nothing where it is. */
export function AlteredNotice({ integrity }: { readonly integrity: DecisionIntegrity }) {
  const { t } = useTranslation('decisions');
  if (integrity === 'intact') return null;
  return <Alert type="error" showIcon role="alert" title={t(`integrity.${integrity}`)} />;
}
