import type { RequirementContent, Scenario } from '@greenlight/shared/stages/requirements/contract.ts';
import {
  isUntouched,
  overwrittenBy,
  SCENARIO_GROUPS,
  scenarioDefinition,
  withScenario,
} from '@greenlight/shared/stages/requirements/scenarios/catalogue.ts';
import { Alert, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { randomId } from '../../../api/random-id.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { criterionText } from '../../../ui/criterion-text.ts';

interface Properties {
  readonly content: RequirementContent;
  readonly onPick: (content: RequirementContent) => void;
  readonly onClose: () => void;
}

function Preview({ scenario, content }: { readonly scenario: Scenario; readonly content: RequirementContent }) {
  const { t } = useTranslation(['requirements', 'common']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { title, description, problemType, criteria, risks, questions } = scenarioDefinition(scenario);
  const replaced = overwrittenBy(content, scenario);
  return (
    <section className="scenario-preview" aria-live="polite">
      <h3>{title[language]}</h3>
      <p>{description[language]}</p>
      <p className="secondary">{t('prefills', { problem: t(`common:problemType.${problemType}`) })}</p>
      <ul>
        {criteria.map((criterion) => (
          <li key={`${criterion.metric} ${criterion.slice ?? ''}`}>
            {criterionText({ ...criterion, id: '' }, language, common)} · {common(`criterion.${criterion.level}`)}
            <div className="secondary">{criterion.reason[language]}</div>
          </li>
        ))}
      </ul>
      <p className="secondary">
        {t('prefillsMore', {
          count: risks.length,
          questions: t('questionsToUsers', { count: questions.length }),
        })}
      </p>
      {replaced.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('overwrites', {
            fields: replaced.map((field) => t(`overwritten.${field}`)).join(common('listOf.separator')),
          })}
        />
      )}
    </section>
  );
}

/** The catalogue of fields of use: what each pre-fills, and what it would overwrite, before it is taken. */
export function ScenarioPicker({ content, onPick, onClose }: Properties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const [scenario, setScenario] = useState<Scenario>(content.scenario);
  const willReplace = overwrittenBy(content, scenario).length > 0;
  return (
    <Dialog
      width={920}
      title={t('pickScenario')}
      okText={t(willReplace ? 'replaceWithScenario' : 'useScenario')}
      cancelText={t(isUntouched(content) ? 'beginEmpty' : 'keepOwn')}
      onOk={() => onPick(withScenario(content, scenario, randomId))}
      onCancel={onClose}
    >
      <div className="scenario-picker">
        <Radio.Group
          value={scenario}
          aria-label={t('scenario')}
          onChange={(event) => setScenario(event.target.value as Scenario)}
        >
          {SCENARIO_GROUPS.map(({ group, scenarios }) => (
            <fieldset key={group}>
              <legend>{t(`scenarioGroup.${group}`)}</legend>
              {scenarios.map((one) => (
                <Radio key={one.scenario} value={one.scenario}>
                  {one.title[language]}
                </Radio>
              ))}
            </fieldset>
          ))}
        </Radio.Group>
        <Preview scenario={scenario} content={content} />
      </div>
    </Dialog>
  );
}
