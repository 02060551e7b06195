import { downloadPredictions, evaluatedName } from '@greenlight/shared/stages/evaluation/contract.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../api/client.ts';
import { useLanguage } from '../../i18n/language.ts';
import { ChangedAfterEvidenceNotice } from '../../ui/changed-after-evidence.tsx';
import { CriteriaTable } from '../../ui/criteria-table.tsx';
import { DataDeletedNotice } from '../../ui/data-deleted-notice.tsx';
import { GuardedDownload } from '../../ui/guarded-download.tsx';
import { HeadSwitch } from '../../ui/head-switch.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { formatCount } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ToOwnProject } from '../../ui/to-own-project.tsx';
import { formatDuration } from '../../ui/time.ts';
import { EvaluationSamples, MostConfused } from './components/confusion-and-samples.tsx';
import { Curves } from './components/curves.tsx';
import { HeadFacts } from './components/head-facts.tsx';
import { MetricTable } from './components/metric-table.tsx';
import { ComparedWith, SeenNotice } from './components/seen-notice.tsx';
import { evaluationVerdict } from './evaluation-verdict.ts';
import { datasetVersionQuery, evaluationQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/evaluation/evaluations/$evaluationId');

/** One evaluation: verdict against the requirement, every number with its interval, curves, confusions, samples. */
export function EvaluationPage() {
  const { t } = useTranslation(['evaluation', 'common', 'comparison']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { projectId, evaluationId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: evaluation, error, refetch } = useQuery(evaluationQuery(evaluationId));
  const version = useQuery({
    ...datasetVersionQuery(evaluation?.datasetVersionId ?? ''),
    enabled: evaluation?.projectId === projectId,
  });
  if (!evaluation) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  if (evaluation.projectId !== projectId) return <ToOwnProject projectId={evaluation.projectId} />;
  // That its data is gone would move what stands below it; when a first try fails, the page comes without.
  if (version.isLoading && !version.isFetched && version.failureCount === 0) return <PageSkeleton />;
  const head = evaluation.heads.find(({ name }) => name === search.head);
  const measured = head ?? evaluation;
  // Only one label an item can be mistaken for another; a model that writes is measured on every token of a text.
  const isClassified = measured.metrics.some(({ metric }) => metric === 'accuracy');
  const writesText = evaluation.metrics.some(({ metric }) => metric === 'memorisation');
  const isWhole = evaluation.items === evaluation.sentences;
  const { runNumber } = evaluation;
  const subject = evaluatedName(evaluation);
  const isNamed = runNumber === null || !isDefaultRunName(subject, runNumber);
  const title = runNumber === null ? t('titleImported') : t('title', { number: runNumber });
  return (
    <Page
      title={title}
      documentTitle={title}
      state={isNamed && <span data-raw>{inLanguage(subject, language)}</span>}
      verdict={<strong>{evaluationVerdict(evaluation, language, t)}</strong>}
      action={
        <>
          <GuardedDownload address={addressOf(downloadPredictions, { evaluationId })}>{t('download')}</GuardedDownload>
          <LinkButton
            color="default"
            variant="outlined"
            to="/projects/$projectId/evaluation"
            params={{ projectId }}
            search={{ ids: evaluationId }}
          >
            {t('comparison:choose.with')}
          </LinkButton>
        </>
      }
    >
      <SeenNotice evaluation={evaluation} isDataThere={version.data?.retention.deleted === null} />
      <DataDeletedNotice projectId={projectId} datasetVersionId={evaluation.datasetVersionId} />
      <ChangedAfterEvidenceNotice change={evaluation.changedAfterEvidence} />
      <p className="run-numbers secondary">
        {evaluation.checkpointStep !== null && <span>{t('meta.checkpoint', { step: evaluation.checkpointStep })}</span>}
        <span>{t('meta.split', { split: common(`split.${evaluation.split}`) })}</span>
        <span>
          {t(writesText ? 'meta.items' : isWhole ? 'meta.texts' : 'meta.labelled', {
            items: formatCount(evaluation.items),
            sentences: formatCount(evaluation.sentences),
            classes: formatCount(evaluation.classes),
          })}
        </span>
        <span>{t('meta.took', { duration: formatDuration(evaluation.elapsedMs, common) })}</span>
        {evaluation.runId === null ? (
          <Link to="/projects/$projectId/training/model-files" params={{ projectId }}>
            {t('meta.openModelFiles')}
          </Link>
        ) : (
          <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId: evaluation.runId }}>
            {t('meta.openRun')}
          </Link>
        )}
        <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: evaluation.datasetVersionId }}>
          {t('meta.openData')}
        </Link>
      </p>
      <ComparedWith evaluation={evaluation} />
      {evaluation.verdicts.length > 0 && (
        <Panel title={t('criteria', { version: evaluation.requirementVersion ?? '' })}>
          {evaluation.versionInForce !== evaluation.requirementVersion && (
            <p className="secondary">
              {evaluation.versionInForce === null
                ? t('measuredBefore')
                : t('measuredUnder', { version: evaluation.versionInForce })}
            </p>
          )}
          <CriteriaTable verdicts={evaluation.verdicts} />
        </Panel>
      )}
      <HeadSwitch
        heads={evaluation.heads.map(({ name }) => name)}
        shown={head?.name}
        onShow={(shown) => void navigate({ search: { head: shown }, replace: true, resetScroll: false })}
      />
      {head && (
        <HeadFacts
          head={head}
          all={evaluation.sentences}
          criteria={evaluation.verdicts.filter(({ criterion }) => criterion.task === head.name).length}
        />
      )}
      {measured.curves.length > 0 && <Curves {...measured} />}
      <Panel title={t('metrics.title')}>
        <MetricTable metrics={measured.metrics} />
      </Panel>
      <div className="columns">
        {evaluation.heads.length === 0 && <EvaluationSamples samples={evaluation.samples} />}
        {isClassified && <MostConfused confusion={measured.confusion} writesText={writesText} />}
      </div>
    </Page>
  );
}
