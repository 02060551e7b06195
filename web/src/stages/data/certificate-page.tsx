import {
  downloadDeletionCertificate,
  type CertificateWithCopies,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../api/client.ts';
import { useLanguage } from '../../i18n/language.ts';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ToOwnProject } from '../../ui/to-own-project.tsx';
import { formatMoment } from '../../ui/time.ts';
import { saveText } from '../../charts/export.ts';
import { certificateDocument } from './certificate-reading.ts';
import { CertificateContent } from './components/certificate-content.tsx';
import { CertificateCopies } from './components/certificate-copies.tsx';
import { certificateQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/data/certificates/$certificateId');

/** A certificate of deletion, to read, print and download. */
export function CertificatePage() {
  const { projectId, certificateId } = route.useParams();
  const { data, error, refetch } = useQuery(certificateQuery(certificateId));
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  if (data.projectId !== projectId) return <ToOwnProject projectId={data.projectId} />;
  return <Certificate certificate={data} />;
}

function Certificate({ certificate }: { readonly certificate: CertificateWithCopies }) {
  const { t } = useTranslation('privacy');
  const language = useLanguage();
  const { id, projectId, kind, sha256, createdAt, content, copiesOnWorkers } = certificate;
  const verdict = t(`certificate.verdict.${kind}`, { at: formatMoment(createdAt, language) });
  return (
    <Page
      title={t('certificate.title')}
      documentTitle={t('certificate.title')}
      verdict={verdict}
      action={
        <>
          <Button onClick={() => window.print()}>{t('certificate.print')}</Button>
          <Button
            href={addressOf(downloadDeletionCertificate, { certificateId: id })}
            data-testid="download-certificate"
          >
            {t('certificate.downloadJson')}
          </Button>
          <Button
            type="primary"
            data-testid="download-certificate-document"
            onClick={() =>
              saveText(
                certificateDocument(certificate, verdict, { t, language }),
                'text/markdown',
                `certificate-${id}.${language}.md`,
              )
            }
          >
            {t('certificate.download')}
          </Button>
        </>
      }
    >
      <Panel title={t('certificate.what')}>
        <CertificateContent content={content} />
      </Panel>
      <Panel title={t('certificate.field.copiesOnWorkers')}>
        <CertificateCopies certificateId={id} projectId={projectId} copies={copiesOnWorkers} />
      </Panel>
      <Panel title={t('certificate.proof')}>
        <Facts
          facts={[
            { key: 'id', name: t('certificate.id'), value: <code>{id}</code> },
            { key: 'sha256', name: 'SHA-256', value: <code className="whole-hash">{sha256}</code> },
          ]}
        />
        <p className="secondary">{t('certificate.proofHint')}</p>
      </Panel>
    </Page>
  );
}
