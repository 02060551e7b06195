import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { formatMoment } from '../ui/time.ts';

/** Warns of data whose content is deleted within two weeks. */
export function ExpiringData({ overview }: { readonly overview: ProjectOverview }) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const { id: projectId, expiringData } = overview;
  if (expiringData.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="expiring-data"
      title={t('keep.expiring', { count: expiringData.length })}
      description={
        <ul className="plain-list">
          {expiringData.map(({ id, datasetName, version, retention }) => (
            <li key={id}>
              <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: id }}>
                <span data-raw>{`${inLanguage(datasetName, language)} v${version}`}</span>
              </Link>{' '}
              · {retention.keptUntil && formatMoment(retention.keptUntil, language)}
            </li>
          ))}
        </ul>
      }
    />
  );
}
