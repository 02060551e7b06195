import type { ChangedAfterEvidence } from '@greenlight/shared/stages/requirements/contract.ts';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { Differences } from './differences.tsx';
import { formatMoment } from './time.ts';

interface Properties {
  readonly change: ChangedAfterEvidence | null;
  /** Whether the differences stand open from the start. */
  readonly isOpen?: boolean;
}

/** Says loudly that the criteria were changed when numbers were already known, with old and new side by side. */
export function ChangedAfterEvidenceNotice({ change, isOpen = false }: Properties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  if (change === null) return null;
  const { fromVersion, toVersion } = change;
  const moments = {
    approved: formatMoment(change.approvedAt, language),
    evaluated: formatMoment(change.firstEvidenceAt, language),
  };
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="changed-after-evidence"
      title={t('change.afterEvidence')}
      description={
        <>
          <p>
            {fromVersion === null
              ? t('change.firstApprovedAfter', { to: toVersion, ...moments })
              : t('change.approvedAfter', { from: fromVersion, to: toVersion, ...moments })}
          </p>
          <details open={isOpen}>
            <summary>{t('change.show', { count: change.differences.length })}</summary>
            <Differences differences={change.differences} />
          </details>
        </>
      }
    />
  );
}
