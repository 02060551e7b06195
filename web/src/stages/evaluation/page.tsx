import { evaluatedName, type EvaluationSummary } from '@greenlight/shared/stages/evaluation/contract.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import { Ago } from '../../ui/ago.tsx';
import { Count } from '../../ui/count.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Localized } from '../../ui/localized.tsx';
import { metricName, MetricTerm } from '../../ui/metric-term.tsx';
import { NumberedRunName } from '../../ui/numbered-run-name.tsx';
import { formatNumber } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { idsIn, idsText } from './chosen-ids.ts';
import { CompareAction } from './components/compare-action.tsx';
import { evaluationsQuery } from './queries.ts';
import { NOTHING } from '../../ui/nothing.ts';

const route = getRouteApi('/shell/projects/$projectId/evaluation');

/** Metrics of each row, with where they are read. */
const HEADLINE = [
  ['loss', 'loss'],
  ['f1-macro', 'f1Macro'],
  ['auc-micro', 'aucMicro'],
] as const;

function shown(value: number | null): string {
  return value === null ? NOTHING : formatNumber(value);
}

/** The evaluations of a project, newest first. */
export function EvaluationsPage() {
  const { t } = useTranslation(['evaluation', 'common', 'comparison']);
  const language = useLanguage();
  const { projectId } = route.useParams();
  const chosen = idsIn(route.useSearch().ids);
  const navigate = route.useNavigate();
  const list = useInfiniteQuery(evaluationsQuery(projectId));
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const subjectOf = ({ runNumber, ...measured }: EvaluationSummary) =>
    runNumber === null ? inLanguage(evaluatedName(measured), language) : t('list.subjectRun', { number: runNumber });
  const evaluations = data.pages.flatMap((page) => page.items);
  const newest = evaluations[0];
  const choose = (ids: readonly string[]) =>
    void navigate({ search: { ids: idsText(ids) }, replace: true, resetScroll: false });
  const chosenNameOf = (evaluation: EvaluationSummary) => {
    const split = t(`common:split.${evaluation.split}`);
    const name = subjectOf(evaluation);
    return evaluation.checkpointStep === null
      ? t('comparison:choose.subject', { name, split })
      : t('comparison:choose.subjectAtStep', { name, step: evaluation.checkpointStep, split });
  };
  const canCompare = evaluations.length > 1 || chosen.length > 0;
  return (
    <Page
      title={t('list.title')}
      documentTitle={t('list.title')}
      verdict={
        newest &&
        t('list.verdict', {
          subject: subjectOf(newest),
          loss: shown(newest.headline.loss),
          f1: shown(newest.headline.f1Macro),
          auc: shown(newest.headline.aucMicro),
        })
      }
      action={canCompare && <CompareAction projectId={projectId} chosen={chosen} onClear={() => choose([])} />}
    >
      {evaluations.length === 0 ? (
        <EmptyState
          reason={t('list.empty')}
          action={
            <LinkButton to="/projects/$projectId/training" params={{ projectId }}>
              {t('list.toRuns')}
            </LinkButton>
          }
        />
      ) : (
        <Panel title={t('list.title')}>
          <Scrolling label={t('list.title')}>
            <table className="plain-table stacked-on-phones">
              <thead>
                <tr>
                  {canCompare && <th scope="col">{t('comparison:choose.column')}</th>}
                  <th scope="col">{t('list.run')}</th>
                  <th scope="col" className="number">
                    {t('list.checkpoint')}
                  </th>
                  <th scope="col">{t('list.split')}</th>
                  <th scope="col" className="number">
                    {t('list.items')}
                  </th>
                  {HEADLINE.map(([metric]) => (
                    <th scope="col" className="number" key={metric}>
                      <MetricTerm metric={metric} />
                    </th>
                  ))}
                  <th scope="col">{t('list.created')}</th>
                </tr>
              </thead>
              <tbody>
                {evaluations.map((evaluation) => (
                  <tr key={evaluation.id}>
                    {canCompare && (
                      <td data-label={t('comparison:choose.column')}>
                        <Checkbox
                          aria-label={t('comparison:choose.one', { subject: chosenNameOf(evaluation) })}
                          checked={chosen.includes(evaluation.id)}
                          onChange={({ target }) => {
                            const others = chosen.filter((id) => id !== evaluation.id);
                            choose(target.checked ? [...others, evaluation.id] : others);
                          }}
                        />
                      </td>
                    )}
                    <th scope="row" className="name">
                      <Link
                        to="/projects/$projectId/evaluation/evaluations/$evaluationId"
                        params={{ projectId, evaluationId: evaluation.id }}
                      >
                        {evaluation.runNumber === null ? (
                          <Localized text={evaluatedName(evaluation)} />
                        ) : (
                          <NumberedRunName number={evaluation.runNumber} name={evaluatedName(evaluation)} />
                        )}
                      </Link>
                    </th>
                    <td className="number" data-label={t('list.checkpoint')}>
                      {evaluation.checkpointStep ?? NOTHING}
                    </td>
                    <td data-label={t('list.split')}>
                      {t(`common:split.${evaluation.split}`)}
                      {evaluation.sameAsTraining && (
                        <div className="secondary">
                          {evaluation.seenInTraining === null
                            ? t('sameAsTraining.title')
                            : inLanguage(seenInWords(evaluation.seenInTraining), language)}
                        </div>
                      )}
                    </td>
                    <td className="number" data-label={t('list.items')}>
                      <Count value={evaluation.items} />
                    </td>
                    {HEADLINE.map(([metric, key]) => (
                      <td className="number" data-label={metricName(metric, language)} key={metric}>
                        {shown(evaluation.headline[key])}
                      </td>
                    ))}
                    <td data-label={t('list.created')}>
                      <Ago moment={evaluation.createdAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
          <ReadOn list={list} />
        </Panel>
      )}
    </Page>
  );
}
