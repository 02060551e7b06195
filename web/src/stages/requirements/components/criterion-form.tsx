import { hasInterval, itemsToShow } from '@greenlight/shared/metrics/metric-traits.ts';
import { findMetric, METRICS } from '@greenlight/shared/metrics/registry.ts';
import {
  CRITERION_OPERATORS,
  type Criterion,
  type ProblemType,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { taskOfCriterion } from '@greenlight/shared/stages/requirements/task-rules.ts';
import { expectedOperator } from '@greenlight/shared/stages/requirements/criterion-rules.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import { Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { OPERATOR_SIGNS } from '../../../ui/criterion-text.ts';
import { Field } from '../../../ui/field.tsx';
import { LocalizedField } from '../../../ui/localized-field.tsx';
import { typedNumber } from '../../../ui/typed-number.ts';
import { IssueNotes } from './issue-notes.tsx';
import { onTask, TaskField } from './task-field.tsx';

interface Properties {
  readonly criterion: Criterion;
  readonly index: number;
  readonly problemType: ProblemType;
  readonly issues: readonly RequirementIssue[];
  readonly data: ProjectTasks | null;
  readonly onChange: (criterion: Criterion) => void;
}

const KINDS = ['quality', 'safety', 'service', 'cost'] as const;

/** A criterion on another metric: sign, unit, way of deciding and items are that metric's own. */
export function onMetric(criterion: Criterion, metric: string): Criterion {
  const definition = findMetric(metric);
  if (definition === undefined) return criterion;
  const { better, unit, minimumItems } = definition;
  const decisionMode = hasInterval(metric) ? 'interval' : 'point';
  return { ...criterion, metric, operator: expectedOperator(better), unit, decisionMode, minimumItems, threshold: NaN };
}

/** The fields of one criterion; what is wrong is said below the field while it is written. */
export function CriterionForm({ criterion, index, problemType, issues, data, onChange }: Properties) {
  const { t } = useTranslation(['requirements', 'common']);
  const language = useLanguage();
  const definition = findMetric(criterion.metric);
  const change = (part: Partial<Criterion>) => onChange({ ...criterion, ...part });
  const at = (field: keyof Criterion) => issues.filter((issue) => issue.field === `criteria.${index}.${field}`);
  const isWrong = (field: keyof Criterion) => at(field).some(({ severity }) => severity === 'error');
  const status = (field: keyof Criterion) => (isWrong(field) ? ('error' as const) : undefined);
  const metrics = METRICS.filter(
    ({ id, problemTypes }) => id === criterion.metric || (problemTypes as readonly ProblemType[]).includes(problemType),
  );
  const needed =
    criterion.decisionMode === 'interval'
      ? itemsToShow(criterion.metric, criterion.operator, criterion.threshold, taskOfCriterion(criterion, data)?.kind)
      : undefined;
  const isClassifier = problemType === 'text-classification' || criterion.task !== undefined;
  const [low, high] = definition?.range ?? [null, null];
  return (
    <div className="criterion-form">
      <div className="form-columns">
        <Field label={t('metric')} notes={<IssueNotes issues={at('metric')} />} isWrong={isWrong('metric')}>
          {(control) => (
            <Select
              {...control}
              showSearch={{ optionFilterProp: 'label' }}
              value={criterion.metric}
              status={status('metric') ?? ''}
              onChange={(metric: string) => onChange(onMetric(criterion, metric))}
              options={KINDS.map((kind) => ({
                label: t(`metricKind.${kind}`),
                options: metrics
                  .filter((metric) => metric.kind === kind)
                  .map(({ id, name, explanation }) => ({
                    value: id,
                    label: name[language],
                    title: explanation[language],
                  })),
              }))}
            />
          )}
        </Field>
        <Field label={t('operator')} notes={<IssueNotes issues={at('operator')} />} isWrong={isWrong('operator')}>
          {(control) => (
            <Select
              {...control}
              value={criterion.operator}
              status={status('operator') ?? ''}
              onChange={(operator: Criterion['operator']) => change({ operator })}
              options={CRITERION_OPERATORS.map((value) => ({
                value,
                label: `${OPERATOR_SIGNS[value]} ${t(value === '>=' ? 'atLeast' : 'atMost')}`,
              }))}
            />
          )}
        </Field>
        <Field
          label={criterion.unit === '' ? t('threshold') : t('thresholdIn', { unit: criterion.unit })}
          isWrong={isWrong('threshold') || Number.isNaN(criterion.threshold)}
          notes={
            <>
              {Number.isNaN(criterion.threshold) && <span className="issue-error">{t('thresholdNeeded')} </span>}
              <span>{t('rangeHint', { low: low ?? '−∞', high: high ?? '∞' })}</span>
              <IssueNotes issues={[...at('threshold'), ...at('unit')]} />
            </>
          }
        >
          {(control) => (
            <InputNumber<number | string>
              {...control}
              className="full-width"
              value={Number.isNaN(criterion.threshold) ? null : criterion.threshold}
              status={status('threshold') ?? ''}
              step={high === 1 ? 0.01 : 1}
              parser={(text) => typedNumber(text ?? '', high === 1)}
              onChange={(threshold) => change({ threshold: threshold === null ? NaN : Number(threshold) })}
            />
          )}
        </Field>
        <Field label={t('level')}>
          {(control) => (
            <Select
              {...control}
              value={criterion.level}
              onChange={(level: Criterion['level']) => change({ level })}
              options={(['must', 'should'] as const).map((value) => ({ value, label: t(`levelName.${value}`) }))}
            />
          )}
        </Field>
        <Field
          label={t('decision')}
          notes={<IssueNotes issues={at('decisionMode')} />}
          isWrong={isWrong('decisionMode')}
        >
          {(control) => (
            <Select
              {...control}
              value={criterion.decisionMode}
              status={status('decisionMode') ?? ''}
              onChange={(decisionMode: Criterion['decisionMode']) => change({ decisionMode })}
              options={(['interval', 'point'] as const).map((value) => ({
                value,
                label: t(`common:criterion.${value}`),
              }))}
            />
          )}
        </Field>
        <Field
          label={t('minimum')}
          isWrong={isWrong('minimumItems')}
          notes={
            <>
              {needed !== undefined && Number.isFinite(needed) && <span>{t('itemsNeeded', { count: needed })}</span>}
              <IssueNotes issues={at('minimumItems')} />
            </>
          }
        >
          {(control) => (
            <InputNumber<number>
              {...control}
              className="full-width"
              min={0}
              max={100_000_000}
              precision={0}
              value={criterion.minimumItems}
              status={status('minimumItems') ?? ''}
              onChange={(items) => change({ minimumItems: items ?? 0 })}
            />
          )}
        </Field>
        {isClassifier && (
          <TaskField
            task={criterion.task}
            data={data}
            issues={at('task')}
            onChange={(task) => onChange(onTask(criterion, task))}
          />
        )}
        <Field
          label={t('slice')}
          isWrong={isWrong('slice')}
          notes={
            <>
              <span>{t(criterion.metric === 'slice-gap' ? 'sliceColumnHint' : 'sliceHint')}</span>
              <IssueNotes issues={at('slice')} />
            </>
          }
        >
          {(control) => (
            <Input
              {...control}
              maxLength={200}
              value={criterion.slice ?? ''}
              status={status('slice') ?? ''}
              onChange={(event) => change({ slice: event.target.value.trimStart() === '' ? null : event.target.value })}
            />
          )}
        </Field>
      </div>
      <LocalizedField
        label={t('reason')}
        value={criterion.reason}
        rows={2}
        isWrong={isWrong('reason')}
        notes={<IssueNotes issues={at('reason')} />}
        onChange={(reason) => change({ reason })}
      />
    </div>
  );
}
