import { exportDecision, type Decision } from '@greenlight/shared/across/decisions/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../api/client.ts';
import { useLanguage } from '../../i18n/language.ts';
import { Facts } from '../../ui/facts.tsx';
import { Localized } from '../../ui/localized.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ToOwnProject } from '../../ui/to-own-project.tsx';
import { Prose } from '../../ui/prose.tsx';
import { formatMoment } from '../../ui/time.ts';
import { EvidenceValue } from './components/evidence-value.tsx';
import { DiffersNow, FrozenContent, frozenVersion } from './components/frozen-content.tsx';
import { AlteredNotice } from './components/integrity.tsx';
import { SourceLink } from './components/source-link.tsx';
import { decisionQuery } from './queries.ts';
import { PersonName } from '../../ui/person-name.tsx';

const route = getRouteApi('/shell/projects/$projectId/decisions/$decisionId');

function Evidence({ item, projectId }: { readonly item: Decision['evidence'][number]; readonly projectId: string }) {
  const { t } = useTranslation('decisions');
  const { source } = item;
  return (
    <Panel
      title={<Localized text={item.label} />}
      className="frozen-evidence"
      // A number of a version that was thrown away may belong to another one by now.
      extra={
        source &&
        item.now?.state !== 'gone' && <SourceLink projectId={projectId} source={source} version={frozenVersion(item)} />
      }
    >
      {(item.verdict !== null || item.value !== null) && (
        <p>
          <EvidenceValue item={item} />
        </p>
      )}
      <DiffersNow item={item} />
      {item.content !== null && <h3>{t('stood')}</h3>}
      <FrozenContent item={item} projectId={projectId} />
    </Panel>
  );
}

/** One decision: who, when, why, and its evidence as it stood then. */
export function DecisionPage() {
  const { t } = useTranslation(['decisions', 'common']);
  const language = useLanguage();
  const { projectId, decisionId } = route.useParams();
  const { data: decision, error, refetch } = useQuery(decisionQuery(decisionId));
  if (!decision) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  if (decision.projectId !== projectId) return <ToOwnProject projectId={decision.projectId} />;
  const { actor, createdAt, kind, rationale, dissent, requirementVersion, sha256, integrity } = decision;
  const file = (format: 'markdown' | 'json') => addressOf(exportDecision, { decisionId }, { format, language });
  const facts = [
    { key: 'who', name: t('who'), value: <PersonName actor={actor} isAddressShown /> },
    { key: 'when', name: t('when'), value: <time dateTime={createdAt}>{formatMoment(createdAt, language)}</time> },
    { key: 'what', name: t('what'), value: t(`kind.${kind}`) },
    ...(requirementVersion === null
      ? []
      : [{ key: 'version', name: t('requirementVersion'), value: requirementVersion }]),
    { key: 'sha256', name: t('sha256'), value: <code data-whole>{sha256}</code> },
  ];
  return (
    <Page
      title={inLanguage(decision.title, language)}
      documentTitle={inLanguage(decision.title, language)}
      verdict={integrity === 'intact' && t('integrity.intact')}
      action={
        <span className="notice-actions">
          <Button href={file('markdown')} download>
            {t('export.markdown')}
          </Button>
          <Button href={file('json')} download>
            {t('export.json')}
          </Button>
          <Button onClick={() => window.print()}>{t('export.print')}</Button>
        </span>
      }
    >
      <AlteredNotice integrity={integrity} />
      <p className="print-hidden">
        <Link to="/projects/$projectId/decisions" params={{ projectId }}>
          {t('toTimeline')}
        </Link>
      </p>
      <Panel title={t('decided')}>
        <Facts facts={facts} />
      </Panel>
      <div className="columns">
        <Panel title={t('why')}>
          {rationale === '' ? <p className="secondary">{t('noReason')}</p> : <Prose text={rationale} />}
        </Panel>
        {dissent !== null && (
          <Panel title={t('dissentTitle')}>
            <Prose text={dissent} />
          </Panel>
        )}
      </div>
      {decision.evidence.map((item, index) => (
        // Frozen, so their order stays; two candidates may have one name.
        <Evidence key={index} item={item} projectId={projectId} />
      ))}
    </Page>
  );
}
