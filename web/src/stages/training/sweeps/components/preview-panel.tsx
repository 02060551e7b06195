import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { combinationsOf, type Combination } from '@greenlight/shared/stages/training/sweep/combinations.ts';
import type { PlannedCombination } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweepSearch } from '@greenlight/shared/stages/training/sweep/search.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../../i18n/language.ts';
import { ErrorNotice } from '../../../../ui/error-notice.tsx';
import { NOTHING } from '../../../../ui/nothing.ts';
import { Panel } from '../../../../ui/panel.tsx';
import { Scrolling } from '../../../../ui/scrolling.tsx';
import { formatDuration } from '../../../../ui/time.ts';
import { useSettled } from '../../../../ui/use-settled.ts';
import { formatEnergy, formatEstimate, formatMoney, sentences } from '../../plan-text.ts';
import { refusedName } from '../../refused-fields.ts';
import { sweepPlanQuery } from '../queries.ts';
import { settingValue } from '../sweep-text.ts';
import { totalsOf } from '../totals.ts';

const QUIET_MS = 400;

interface Properties {
  readonly projectId: string;
  /** What is asked of the server, as JSON; null while the search is not complete. */
  readonly wanted: string | null;
  readonly search: SweepSearch | null;
  readonly mayRun: boolean;
  readonly isStarting: boolean;
  readonly onStart: () => void;
  /** What has to be said about the act. */
  readonly children?: ReactNode;
}

/** What all runs together take, in sentences. */
function totalSentences(
  combinations: readonly PlannedCombination[],
  worker: string | null,
  t: TFunction<'sweeps'>,
  common: TFunction,
): string[] {
  const { time, energy, cost } = totalsOf(combinations);
  const count = combinations.length;
  const runs = t('preview.runs', { count });
  const duration = (ms: number) => formatDuration(ms, common);
  if (time === null || worker === null) return [t('preview.noTime', { runs })];
  const spent = { duration: duration(time.value), low: duration(time.low), high: duration(time.high) };
  return [
    t('preview.time', { count, runs, worker, ...spent }),
    ...(energy === null ? [] : [t('preview.energy', { energy: formatEstimate(energy, formatEnergy) })]),
    ...(cost === null
      ? []
      : [t('preview.cost', { cost: formatEstimate(cost.amount, (amount) => formatMoney(amount, cost.currency)) })]),
  ];
}

function CombinationsTable({
  search,
  rows,
  planned,
}: {
  readonly search: SweepSearch;
  readonly rows: readonly Combination[];
  readonly planned: readonly PlannedCombination[] | undefined;
}) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const names = search.axes.map(({ setting }) => setting);
  return (
    <Scrolling label={t('preview.title')}>
      <table className="plain-table stacked-on-phones" data-testid="sweep-preview">
        <thead>
          <tr>
            <th scope="col">{t('preview.number')}</th>
            {names.map((name) => (
              <th scope="col" className="number" key={name}>
                {training(`setting.${name}`)}
              </th>
            ))}
            <th scope="col" className="number">
              {t('preview.time')}
            </th>
            <th scope="col">{t('preview.note')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((values, place) => {
            const plan = planned?.[place];
            const time = plan?.plan?.time;
            return (
              <tr key={JSON.stringify(values)}>
                <th scope="row">{place + 1}</th>
                {names.map((name) => (
                  <td className="number" data-label={training(`setting.${name}`)} key={name}>
                    {settingValue(values[name], training)}
                  </td>
                ))}
                <td className="number" data-label={t('preview.time')}>
                  {time ? formatDuration(time.value, common) : NOTHING}
                </td>
                <td className="note mark-fail" data-raw>
                  {plan?.problems.map((problem) => inLanguage(problem, language)).join(t('preview.separator'))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** The combinations that will run, which of them the rules refuse, and what they take together. */
export function PreviewPanel({ projectId, wanted, search, mayRun, isStarting, onStart, children }: Properties) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const settled = useSettled(wanted, QUIET_MS);
  const { data, error, isPlaceholderData, refetch } = useQuery({
    ...sweepPlanQuery(projectId, settled ?? ''),
    enabled: settled !== null,
    placeholderData: keepPreviousData,
  });
  const rows = search === null ? [] : combinationsOf(search);
  // What was planned for another search says nothing of this one.
  const planned = settled === wanted && !isPlaceholderData ? data : undefined;
  const refused = planned?.combinations.filter(({ problems }) => problems.length > 0).length ?? 0;
  // Without a plan the server decides all the same: one that cannot be made keeps nobody from training.
  const mayStart = search !== null && refused === 0;
  return (
    <Panel
      title={t('preview.title')}
      extra={
        <Button
          type="primary"
          data-testid="start-sweep"
          loading={isStarting}
          disabled={!mayRun || !mayStart}
          onClick={onStart}
        >
          {t('preview.start', { count: rows.length })}
        </Button>
      }
    >
      {children}
      {search === null ? (
        <p className="secondary">{t('preview.incomplete')}</p>
      ) : (
        <>
          <p aria-live="polite" data-testid="sweep-totals">
            {planned === undefined
              ? error === null && t('preview.planning', { count: rows.length })
              : refused > 0
                ? t('preview.refused', { count: refused })
                : sentences(totalSentences(planned.combinations, planned.workerName, t, common), language)}
          </p>
          {error && settled === wanted && (
            <ErrorNotice
              error={error}
              onRetry={() => void refetch()}
              nameOf={(field) => refusedName(field, training)}
            />
          )}
          <CombinationsTable search={search} rows={rows} planned={planned?.combinations} />
        </>
      )}
    </Panel>
  );
}
