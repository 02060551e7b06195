import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { Alert, Select } from 'antd';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { formatBytes, formatCount, formatExactCount, formatNumber, formatShare } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration } from '../../../ui/time.ts';
import { useSettled } from '../../../ui/use-settled.ts';
import { formatEstimate, formatEnergy, formatMoney, sentences } from '../plan-text.ts';
import { trainingPlanQuery } from '../queries.ts';
import { refusedName } from '../refused-fields.ts';
import { PlanAssumptions } from './plan-assumptions.tsx';
import { PlanRates } from './plan-rates.tsx';

const QUIET_MS = 400;
const DAY_MS = 24 * 3_600_000;

interface Properties {
  readonly projectId: string;
  readonly values: object;
  readonly version: DatasetVersion | undefined;
  /** What is done with the plan: above it, where it stays however long the plan becomes. */
  readonly action?: ReactNode;
  /** What has to be said about the act. */
  readonly children?: ReactNode;
}

/** Warnings of a plan that should change the settings: memory that the worker does not have, and days of work. */
function PlanWarnings({ plan }: { readonly plan: RunPlan }) {
  const { t } = useTranslation('plan');
  const { t: common } = useTranslation();
  const available = plan.worker?.memoryBytes ?? Infinity;
  const { total } = plan.memory;
  const duration = plan.time?.total.value ?? 0;
  return (
    <>
      {total.high > available && (
        <Alert
          type={total.value > available ? 'error' : 'warning'}
          showIcon
          data-testid="plan-memory-warning"
          title={t(total.value > available ? 'warning.memory' : 'warning.memoryPerhaps', {
            needed: formatBytes(total.value),
            available: formatBytes(available),
          })}
          description={t('warning.memoryAdvice')}
        />
      )}
      {duration > DAY_MS && (
        <Alert
          type="warning"
          showIcon
          title={t('warning.long', { duration: formatDuration(duration, common) })}
          description={t('warning.longAdvice')}
        />
      )}
    </>
  );
}

function PlanFacts({ plan }: { readonly plan: RunPlan }) {
  const { t } = useTranslation('plan');
  const { t: common } = useTranslation();
  const { time, energy, cost } = plan;
  const duration = (value: number) => formatDuration(value, common);
  const facts = [
    {
      key: 'steps',
      name: t('fact.steps'),
      value: <span title={formatExactCount(plan.steps)}>{formatCount(plan.steps)}</span>,
    },
    {
      key: 'parameters',
      name: t('fact.parameters'),
      value: (
        <span title={formatExactCount(plan.parameters)}>
          {plan.isExact ? formatCount(plan.parameters) : t('about', { value: formatCount(plan.parameters) })}
        </span>
      ),
    },
    {
      key: 'operations',
      name: t('fact.operations'),
      value: t('operations', {
        step: formatNumber(plan.flopsPerStep),
        all: formatNumber(plan.flops),
        padding: formatShare(plan.paddingShare),
      }),
    },
    { key: 'memory', name: t('fact.memory'), value: formatEstimate(plan.memory.total, formatBytes) },
    ...(time === null
      ? []
      : [
          { key: 'time', name: t('fact.time'), value: formatEstimate(time.total, duration) },
          {
            key: 'speed',
            name: t('fact.speed'),
            value: t('speed', {
              tokens: formatEstimate(time.tokensPerSecond, formatNumber),
              step: formatNumber(time.stepMs.value),
            }),
          },
        ]),
    ...(energy === null
      ? []
      : [
          {
            key: 'energy',
            name: t('fact.energy'),
            value: `${formatEstimate(energy.kilowattHours, formatEnergy)}${energy.source === 'measured' ? '' : ` · ${t('estimated')}`}`,
          },
        ]),
    ...(cost === null
      ? []
      : [
          {
            key: 'cost',
            name: t('fact.cost'),
            value: formatEstimate(cost.amount, (amount) => formatMoney(amount, cost.currency)),
          },
        ]),
  ];
  return <Facts facts={facts} />;
}

function sentenceOf(plan: RunPlan, t: TFunction<'plan'>, common: TFunction): string {
  const memory = formatBytes(plan.memory.total.value);
  if (plan.time === null) return t('sentence.noTime', { memory });
  const { value, low, high } = plan.time.total;
  return t('sentence.full', {
    duration: formatDuration(value, common),
    low: formatDuration(low, common),
    high: formatDuration(high, common),
    worker: plan.worker?.name ?? '',
    memory,
  });
}

/** How sure the plan is, and what else decides when the run ends. */
function notesOf({ basis, device, time, worker }: RunPlan, t: TFunction<'plan'>): string[] {
  const { runs } = basis;
  const sureness = runs > 0 ? t('note.corrected', { count: runs }) : t(device === 'cpu' ? 'note.first' : 'note.guess');
  return [
    ...(time === null ? [] : [sureness]),
    ...(worker?.state === 'busy' ? [t('note.busy')] : []),
    ...(worker?.state === 'offline' ? [t('note.offline')] : []),
  ];
}

function Plans({ plans }: { readonly plans: readonly RunPlan[] }) {
  const { t } = useTranslation('plan');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const [chosen, setChosen] = useState<string>();
  const selectId = useId();
  const plan = plans.find(({ worker }) => worker?.id === chosen) ?? plans[0];
  if (plan === undefined) return null;
  return (
    <>
      <p aria-live="polite" data-testid="plan-sentence">
        {sentenceOf(plan, t, common)}
      </p>
      <p className="secondary" data-testid="plan-note">
        {sentences(notesOf(plan, t), language)}
      </p>
      {plans.length > 1 && (
        <p>
          <label htmlFor={selectId}>{t('worker')}</label>{' '}
          <Select
            id={selectId}
            value={plan.worker?.id ?? ''}
            onChange={setChosen}
            options={plans.map(({ worker }, index) => ({
              value: worker?.id ?? '',
              label: index === 0 ? t('likely', { name: worker?.name ?? '' }) : (worker?.name ?? ''),
            }))}
          />
        </p>
      )}
      <PlanWarnings plan={plan} />
      <PlanFacts plan={plan} />
      <PlanRates plan={plan} />
      <PlanAssumptions plan={plan} />
    </>
  );
}

function LivePlan({ projectId, configuration, version }: LiveProperties) {
  const { t } = useTranslation(['plan', 'training']);
  const { t: training } = useTranslation('training');
  // The text is what settles: an object of the same content would begin the wait anew at each rendering.
  const wanted = useMemo(
    () => JSON.stringify({ datasetVersionId: version.id, configuration }),
    [version.id, configuration],
  );
  const settled = useSettled(wanted, QUIET_MS);
  const { data, error, isFetching } = useQuery({
    ...trainingPlanQuery(projectId, settled),
    placeholderData: keepPreviousData,
  });
  if (error) return <ErrorNotice error={error} nameOf={(field) => refusedName(field, training)} />;
  if (!data) return <p className="secondary">{t('planning')}</p>;
  return (
    <div aria-busy={isFetching || settled !== wanted}>
      <Plans plans={data.plans} />
      {version.splits.sameAsTraining && <p>{t('training:details.sameAsTraining')}</p>}
    </div>
  );
}

interface LiveProperties {
  readonly projectId: string;
  readonly configuration: RunConfiguration;
  readonly version: DatasetVersion;
}

/** What the run would take, planned anew while settings change. */
export function PlanPanel({ projectId, values, version, action, children }: Properties) {
  const { t } = useTranslation('plan');
  const parsed = runConfiguration.safeParse(values);
  return (
    <Panel title={t('title')} extra={action}>
      {children}
      {!parsed.success ? (
        <p className="secondary">{t('incomplete')}</p>
      ) : version === undefined ? (
        <p className="secondary">{t('noData')}</p>
      ) : (
        <LivePlan projectId={projectId} configuration={parsed.data} version={version} />
      )}
    </Panel>
  );
}
