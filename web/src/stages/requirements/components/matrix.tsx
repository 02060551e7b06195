import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import {
  exportTraceability,
  type EvidenceSource,
  type TraceabilityMatrix,
} from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ChangedAfterEvidenceNotice } from '../../../ui/changed-after-evidence.tsx';
import { operatorSign, thresholdText } from '../../../ui/criterion-text.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { MetricTerm } from '../../../ui/metric-term.tsx';
import { formatGiven, formatMeasured } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { VerdictMark } from '../../../ui/verdict-mark.tsx';
import { traceabilityQuery } from '../queries.ts';

/** How often the matrix looks again where no stream tells of a change, in milliseconds. */
const REFRESH_MS = 5_000;

interface SourceProperties {
  readonly projectId: string;
  readonly source: EvidenceSource;
  readonly children: ReactNode;
  readonly label?: string;
}

function SourceLink({ projectId, source, children, label }: SourceProperties) {
  const name = label === undefined ? {} : { 'aria-label': label };
  if (source.kind === 'run')
    return (
      <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId: source.id }} {...name}>
        {children}
      </Link>
    );
  if (source.kind === 'evaluation')
    return (
      <Link
        to="/projects/$projectId/evaluation/evaluations/$evaluationId"
        params={{ projectId, evaluationId: source.id }}
        {...name}
      >
        {children}
      </Link>
    );
  return (
    <Link to="/projects/$projectId/selection" params={{ projectId }} {...name}>
      {children}
    </Link>
  );
}

function SourceHead({
  projectId,
  source,
  decidingVersion,
}: {
  readonly projectId: string;
  readonly source: EvidenceSource;
  readonly decidingVersion: number | null;
}) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  return (
    <th scope="col">
      <SourceLink projectId={projectId} source={source}>
        {t(`source.${source.kind}`)} {source.runNumber !== null && `#${source.runNumber}`}
      </SourceLink>
      <div className="matrix-name">
        <Localized text={source.name} />
      </div>
      <Ago moment={source.at} />
      {source.sameAsTraining && (
        <div className="issue-warning">
          {source.seenInTraining === null
            ? t('matrix.trained')
            : inLanguage(seenInWords(source.seenInTraining), language)}
        </div>
      )}
      {decidingVersion !== null && source.versionInForce !== decidingVersion && (
        <div>
          {source.versionInForce === null
            ? t('matrix.beforeAny')
            : t('matrix.under', { version: source.versionInForce })}
        </div>
      )}
    </th>
  );
}

function Cell({
  projectId,
  source,
  cell,
}: {
  readonly projectId: string;
  readonly source: EvidenceSource;
  readonly cell: TraceabilityMatrix['rows'][number]['cells'][number];
}) {
  const { t } = useTranslation(['requirements', 'common']);
  const { verdict, value } = cell;
  if (!value || value.value === null) return <VerdictMark verdict={verdict} withText />;
  // What somebody stated of a candidate keeps the digits that they gave.
  const format = source.kind === 'candidate' ? formatGiven : formatMeasured;
  const hasInterval = value.low !== null && value.high !== null;
  return (
    <>
      <VerdictMark verdict={verdict} withText />
      {source.kind === 'evaluation' && source.sameAsTraining && verdict === 'pass' && (
        <div className="issue-warning">{t('matrix.notCounted')}</div>
      )}
      <div>
        <SourceLink projectId={projectId} source={source}>
          <span className="figures">{format(value.value, value.low, value.high)}</span>
        </SourceLink>
      </div>
      {(!hasInterval || source.kind === 'candidate') && verdict === 'not-enough-evidence' && (
        <div className="secondary">{t(source.kind === 'candidate' ? 'matrix.stated' : 'matrix.whileTraining')}</div>
      )}
    </>
  );
}

/** Criterion × evidence, live: verdict, number, interval and the way to where it was measured. */
export function Matrix({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation(['requirements', 'common']);
  const language = useLanguage();
  const { data: matrix, error, refetch } = useQuery({ ...traceabilityQuery(projectId), refetchInterval: REFRESH_MS });
  if (!matrix) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null;
  const { rows, sources, version } = matrix;
  const fileOf = (format: 'csv' | 'markdown') => addressOf(exportTraceability, { projectId }, { format, language });
  return (
    <>
      <ChangedAfterEvidenceNotice change={matrix.changedAfterEvidence} />
      <Panel
        title={version === null ? t('matrix.title') : t('matrix.titleOf', { version })}
        extra={
          <span className="notice-actions">
            <Button href={fileOf('csv')}>{t('matrix.csv')}</Button>
            <Button href={fileOf('markdown')}>{t('matrix.markdown')}</Button>
          </span>
        }
      >
        {version === null ? (
          <EmptyState reason={t('matrix.notApproved')} />
        ) : (
          <>
            {sources.length === 0 && <EmptyState reason={t('matrix.noSources')} />}
            <Scrolling label={t('matrix.title')}>
              <table className="plain-table matrix">
                <thead>
                  <tr>
                    <th scope="col">{t('criterion')}</th>
                    {sources.map((source) => (
                      <SourceHead
                        key={`${source.kind} ${source.id}`}
                        {...{ projectId, source }}
                        decidingVersion={version}
                      />
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ criterion, cells }) => (
                    <tr key={criterion.id}>
                      <th scope="row">
                        <MetricTerm metric={criterion.metric} /> {operatorSign(criterion)}{' '}
                        <span className="figures">{thresholdText(criterion)}</span>
                        <div className="secondary">
                          {t(`common:criterion.${criterion.level}`)}
                          {criterion.task !== undefined && ` · ${t('common:criterion.task', { task: criterion.task })}`}
                          {criterion.slice !== null && ` · ${criterion.slice}`}
                        </div>
                      </th>
                      {sources.map((source, index) => {
                        const cell = cells[index];
                        return (
                          <td key={`${source.kind} ${source.id}`}>
                            {cell && <Cell projectId={projectId} source={source} cell={cell} />}
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scrolling>
            {matrix.olderSources && <p className="secondary">{t('matrix.older')}</p>}
          </>
        )}
      </Panel>
    </>
  );
}
