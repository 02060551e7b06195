import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { SWEPT_SETTINGS } from '@greenlight/shared/stages/training/sweep/settings.ts';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../../i18n/language.ts';
import { Field } from '../../../../ui/field.tsx';
import { SeveralSelect } from '../../../../ui/several-select.tsx';
import { choicesOf, freeSettings, newAxis, type AxisDraft, type DraftProblem, type SweepDraft } from '../draft.ts';
import { settingValue } from '../sweep-text.ts';

interface Properties {
  readonly draft: SweepDraft;
  readonly place: number;
  readonly base: RunConfiguration;
  readonly problem: DraftProblem | undefined;
  readonly onChange: (axis: AxisDraft) => void;
  readonly onRemove: () => void;
}

interface EntryProperties extends Pick<Properties, 'onChange'> {
  readonly axis: AxisDraft;
  /** What is wrong with what is entered; undefined where nothing is. */
  readonly wrong: string | undefined;
}

function RangeFields({ axis, wrong, onChange }: EntryProperties) {
  const { t } = useTranslation('sweeps');
  return (
    <>
      {(['low', 'high'] as const).map((end) => (
        <Field
          key={end}
          label={t(`form.${end}`)}
          isWrong={wrong !== undefined}
          // It is shown once, and said of both.
          notes={<span className={end === 'low' ? undefined : 'visually-hidden'}>{wrong}</span>}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="decimal"
              value={axis[end]}
              onChange={({ target }) => onChange({ ...axis, [end]: target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('form.scale')}>
        {({ id }) => (
          <Select
            id={id}
            value={axis.scale}
            options={(['linear', 'logarithmic'] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
            onChange={(scale) => onChange({ ...axis, scale })}
          />
        )}
      </Field>
    </>
  );
}

function ValueFields({ axis, wrong, onChange }: EntryProperties) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const choices = choicesOf(axis.setting);
  const isWrong = wrong !== undefined;
  if (choices.length > 0)
    return (
      <Field label={t('form.values')} isWrong={isWrong} notes={wrong}>
        {(control) => (
          <SeveralSelect
            {...control}
            value={[...axis.choices]}
            options={choices.map((value) => ({ value, label: settingValue(value, training) }))}
            onChange={(chosen) => onChange({ ...axis, choices: chosen })}
          />
        )}
      </Field>
    );
  return (
    <Field label={t('form.values')} isWrong={isWrong} notes={wrong ?? t('form.valuesHint')}>
      {(control) => (
        <Input
          {...control}
          value={axis.values}
          onChange={({ target }) => onChange({ ...axis, values: target.value })}
        />
      )}
    </Field>
  );
}

/** A setting that the sweep varies: which one, over which values, and what is wrong with them. */
export function AxisFields({ draft, place, base, problem, onChange, onRemove }: Properties) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const axis = draft.axes[place];
  if (axis === undefined) return null;
  const name = training(`setting.${axis.setting}`);
  const mayHaveRange = draft.strategy === 'random' && SWEPT_SETTINGS[axis.setting].kind !== 'choice';
  const isDrawn = mayHaveRange && axis.mode === 'range';
  const needed = t(isDrawn ? 'form.needsEnds' : 'form.needsValues');
  const wrong = problem && (problem.message === null ? needed : inLanguage(problem.message, language));
  const offered = [axis.setting, ...freeSettings(base, draft.axes)];
  return (
    <fieldset className="sweep-axis" data-testid={`axis-${axis.setting}`}>
      <legend>{t('form.axis', { number: place + 1 })}</legend>
      <div className="form-columns">
        <Field label={t('form.setting')}>
          {({ id }) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              value={axis.setting}
              options={offered.map((value) => ({ value, label: training(`setting.${value}`) }))}
              onChange={(setting) => onChange(newAxis(setting, base, draft.strategy))}
            />
          )}
        </Field>
        {mayHaveRange && (
          <Field label={t('form.mode')}>
            {({ id }) => (
              <Select
                id={id}
                value={axis.mode}
                options={(['listed', 'range'] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
                onChange={(mode) => onChange({ ...axis, mode })}
              />
            )}
          </Field>
        )}
        {isDrawn ? <RangeFields {...{ axis, wrong, onChange }} /> : <ValueFields {...{ axis, wrong, onChange }} />}
      </div>
      {draft.axes.length > 1 && (
        <Button size="small" onClick={onRemove}>
          {t('form.remove', { setting: name })}
        </Button>
      )}
    </fieldset>
  );
}
