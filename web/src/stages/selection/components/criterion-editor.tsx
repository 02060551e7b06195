import { findMetric, METRICS } from '@greenlight/shared/metrics/registry.ts';
import type { MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import { contentIssues } from '@greenlight/shared/stages/selection/rules.ts';
import { Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { criterionText } from '../../../ui/criterion-text.ts';
import { Field } from '../../../ui/field.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { LocalizedField } from '../../../ui/localized-field.tsx';

interface Properties {
  readonly criterion: MatrixCriterion;
  readonly isNew: boolean;
  readonly onSave: (criterion: MatrixCriterion | null) => void;
  readonly onClose: () => void;
}

const FREE = 'free';

/** The usual ends of a metric's scale, where both exist. */
function endsOf(criterion: MatrixCriterion): { worst: number; best: number } {
  const [low, high] = findMetric(criterion.metric ?? '')?.range ?? [null, null];
  const [least, most] = [low ?? 0, high ?? 1];
  return criterion.direction === 'higher' ? { worst: least, best: most } : { worst: most, best: least };
}

/** What a criterion is called, what its scores are, and how they become shares. */
export function CriterionEditor({ criterion, isNew, onSave, onClose }: Properties) {
  const { t } = useTranslation(['selection', 'common']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  const [draft, setDraft] = useState(criterion);
  const [wasAsked, setAsked] = useState(false);
  const change = (part: Partial<MatrixCriterion>) => setDraft({ ...draft, ...part });
  const problems = contentIssues({ candidateIds: [], criteria: [draft], cells: [] });
  const isTaken = draft.requirement !== null;
  const { scale } = draft;

  function chooseMetric(metric: string): void {
    const definition = findMetric(metric);
    if (definition === undefined) change({ metric: null });
    else
      change({
        metric,
        unit: definition.unit,
        direction: definition.better,
        name: { ...definition.name },
        scale: { kind: 'range' },
      });
  }

  const save = () => {
    setAsked(true);
    if (problems.length === 0) onSave(draft);
  };
  return (
    <Dialog
      title={t(isNew ? 'criteria.add' : 'criteria.edit')}
      onCancel={onClose}
      footer={[
        ...(isNew
          ? []
          : [
              <Button key="remove" type="text" onClick={() => onSave(null)}>
                {t('criteria.remove')}
              </Button>,
            ]),
        <Button key="cancel" onClick={onClose}>
          {t('common:action.cancel')}
        </Button>,
        <Button key="keep" type="primary" data-testid="keep-criterion" onClick={save}>
          {t('criteria.keep')}
        </Button>,
      ]}
    >
      {draft.requirement !== null && (
        <p className="secondary">
          {t('criteria.takenFrom', { rule: criterionText(draft.requirement, language, common) })}
        </p>
      )}
      {!isTaken && (
        <Field label={t('criteria.metric')} notes={t('criteria.metricHint')}>
          {(control) => (
            <Select
              {...control}
              showSearch
              optionFilterProp="label"
              value={draft.metric ?? FREE}
              onChange={chooseMetric}
              options={[
                { value: FREE, label: t('criteria.free') },
                ...METRICS.map(({ id, name }) => ({ value: id, label: name[language] })),
              ]}
            />
          )}
        </Field>
      )}
      <LocalizedField label={t('criteria.name')} value={draft.name} onChange={(name) => change({ name })} />
      <div className="form-columns">
        <Field label={t('criteria.direction')}>
          {(control) => (
            <Select
              {...control}
              disabled={draft.metric !== null}
              value={draft.direction}
              onChange={(direction: MatrixCriterion['direction']) =>
                change({
                  direction,
                  ...(scale.kind === 'anchors' ? { scale: { ...scale, worst: scale.best, best: scale.worst } } : {}),
                })
              }
              options={(['higher', 'lower'] as const).map((value) => ({ value, label: t(`direction.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('criteria.unit')}>
          {(control) => (
            <Input
              {...control}
              maxLength={30}
              disabled={draft.metric !== null}
              value={draft.unit}
              onChange={({ target }) => change({ unit: target.value })}
            />
          )}
        </Field>
        <Field label={t('criteria.scale')} notes={t(`criteria.scaleHint.${scale.kind}`)}>
          {(control) => (
            <Select
              {...control}
              value={scale.kind}
              onChange={(kind: 'range' | 'anchors') =>
                change({ scale: kind === 'range' ? { kind } : { kind, ...endsOf(draft) } })
              }
              options={(['range', 'anchors'] as const).map((value) => ({
                value,
                label: t(`criteria.scaleKind.${value}`),
              }))}
            />
          )}
        </Field>
        {scale.kind === 'anchors' &&
          (['worst', 'best'] as const).map((name) => (
            <Field key={name} label={t(`criteria.${name}`)}>
              {(control) => (
                <InputNumber
                  {...control}
                  className="full-width"
                  value={scale[name]}
                  onChange={(value) => value !== null && change({ scale: { ...scale, [name]: value } })}
                />
              )}
            </Field>
          ))}
      </div>
      {wasAsked &&
        problems.map(({ code, message }) => (
          <p className="issue-error" role="alert" key={code}>
            {message[language]}
          </p>
        ))}
    </Dialog>
  );
}
