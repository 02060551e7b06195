import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { FEWEST_RUNS, MOST_AXES, MOST_RUNS } from '@greenlight/shared/stages/training/sweep/search.ts';
import { objectivesOf } from '@greenlight/shared/stages/training/sweep/settings.ts';
import { Button, InputNumber, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../../i18n/language.ts';
import { Field } from '../../../../ui/field.tsx';
import { metricName } from '../../../../ui/metric-term.tsx';
import { Panel } from '../../../../ui/panel.tsx';
import { freeSettings, newAxis, withStrategy, type DraftProblem, type SweepDraft } from '../draft.ts';
import { AxisFields } from './axis-fields.tsx';

interface Properties {
  readonly draft: SweepDraft;
  readonly base: RunConfiguration;
  readonly problems: readonly DraftProblem[];
  readonly onChange: (draft: SweepDraft) => void;
}

/** How many combinations are drawn, and by which seed. */
function DrawFields({ draft, problems, onChange }: Omit<Properties, 'base'>) {
  const { t } = useTranslation('sweeps');
  const language = useLanguage();
  const needed = {
    runs: t('form.needsRuns', { low: FEWEST_RUNS, high: MOST_RUNS }),
    seed: t('form.needsSeed'),
  };
  return (['runs', 'seed'] as const).map((name) => {
    const problem = problems.find(({ at }) => at === name);
    const note = problem && (problem.message === null ? needed[name] : inLanguage(problem.message, language));
    return (
      <Field key={name} label={t(`form.${name}`)} isWrong={problem !== undefined} notes={note}>
        {(control) => (
          <InputNumber
            {...control}
            className="full-width"
            value={draft[name]}
            onChange={(value) => onChange({ ...draft, [name]: value })}
          />
        )}
      </Field>
    );
  });
}

/** What is searched: the settings with their values, how their combinations are chosen, and what the runs are ranked by. */
export function SearchPanel({ draft, base, problems, onChange }: Properties) {
  const { t } = useTranslation('sweeps');
  const language = useLanguage();
  const { axes, strategy } = draft;
  const [next] = freeSettings(base, axes);
  const ofAll = problems.find(({ at }) => at === 'axes')?.message;
  return (
    <Panel title={t('form.what')}>
      <div className="field">
        <span id="sweep-strategy">{t('form.strategy')}</span>
        <Radio.Group
          aria-labelledby="sweep-strategy"
          value={strategy}
          options={(['grid', 'random'] as const).map((value) => ({ value, label: t(`form.${value}`) }))}
          onChange={({ target }) => onChange(withStrategy(draft, target.value as SweepDraft['strategy']))}
        />
      </div>
      {axes.map((_axis, place) => (
        <AxisFields
          // By its place: another setting keeps the field that has the focus.
          key={place}
          {...{ draft, place, base }}
          problem={problems.find(({ at }) => at === place)}
          onChange={(axis) => onChange({ ...draft, axes: axes.with(place, axis) })}
          onRemove={() => onChange({ ...draft, axes: axes.toSpliced(place, 1) })}
        />
      ))}
      {ofAll && (
        <p className="field-problem" role="status">
          {inLanguage(ofAll, language)}
        </p>
      )}
      {axes.length < MOST_AXES && next !== undefined && (
        <p>
          <Button onClick={() => onChange({ ...draft, axes: [...axes, newAxis(next, base, strategy)] })}>
            {t('form.add')}
          </Button>
        </p>
      )}
      <div className="form-columns">
        {strategy === 'random' && <DrawFields {...{ draft, problems, onChange }} />}
        <Field label={t('form.objective')} notes={t('form.objectiveHint')}>
          {({ id }) => (
            <Select
              id={id}
              value={draft.objective}
              options={objectivesOf(base.task).map((value) => ({ value, label: metricName(value, language) }))}
              onChange={(objective) => onChange({ ...draft, objective })}
            />
          )}
        </Field>
      </div>
    </Panel>
  );
}
