import { getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { useLanguage } from '../i18n/language.ts';
import { formatMoment } from './time.ts';

interface Properties {
  readonly projectId: string;
  readonly datasetVersionId: string;
}

/** Says that the data which something was trained or measured on is gone since, and why; nothing while it is there. */
export function DataDeletedNotice({ projectId, datasetVersionId }: Properties) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const { data: version } = useQuery(queryOf(getDatasetVersion, { params: { datasetVersionId } }));
  const deleted = version?.retention.deleted;
  if (!deleted) return null;
  return (
    <Alert
      type={deleted.kind === 'erasure' ? 'warning' : 'info'}
      showIcon
      data-testid="data-deleted"
      title={t(`deleted.used.${deleted.kind}`, { at: formatMoment(deleted.at, language) })}
      description={
        deleted.certificateId && (
          <Link
            to="/projects/$projectId/data/certificates/$certificateId"
            params={{ projectId, certificateId: deleted.certificateId }}
          >
            {t('certificate.open')}
          </Link>
        )
      }
    />
  );
}
