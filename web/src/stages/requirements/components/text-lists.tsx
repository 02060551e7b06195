import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { LocalizedField } from '../../../ui/localized-field.tsx';
import { Panel } from '../../../ui/panel.tsx';

const MOST = 30;

interface RisksProperties {
  readonly risks: readonly LocalizedText[];
  readonly onChange: (risks: LocalizedText[]) => void;
}

/** What can go wrong: a list of texts. */
export function RisksEditor({ risks, onChange }: RisksProperties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  return (
    <Panel
      title={t('risks')}
      extra={
        <Button disabled={risks.length >= MOST} onClick={() => onChange([...risks, { [language]: '' }])}>
          {t('addRisk')}
        </Button>
      }
    >
      {risks.map((risk, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the fields of a row hold no state of their own
        <div className="list-row" key={index}>
          <LocalizedField
            label={t('riskNumber', { number: index + 1 })}
            value={risk}
            onChange={(changed) => onChange(risks.map((one, place) => (place === index ? changed : one)))}
          />
          <Button
            size="small"
            aria-label={t('removeRisk', { number: index + 1 })}
            onClick={() => onChange(risks.filter((_, place) => place !== index))}
          >
            {t('remove')}
          </Button>
        </div>
      ))}
    </Panel>
  );
}

type Questions = RequirementContent['questions'];

interface QuestionsProperties {
  readonly questions: Questions;
  readonly onChange: (questions: Questions) => void;
}

/** Questions to the people who will use the model, with their answers. */
export function QuestionsEditor({ questions, onChange }: QuestionsProperties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const change = (index: number, part: Partial<Questions[number]>) =>
    onChange(questions.map((one, place) => (place === index ? { ...one, ...part } : one)));
  return (
    <Panel
      title={t('questions')}
      extra={
        <Button
          disabled={questions.length >= MOST}
          onClick={() => onChange([...questions, { question: { [language]: '' }, answer: null }])}
        >
          {t('addQuestion')}
        </Button>
      }
    >
      {questions.map(({ question, answer }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- the fields of a row hold no state of their own
        <div className="list-row" key={index}>
          <div className="list-row-fields">
            <LocalizedField
              label={t('questionNumber', { number: index + 1 })}
              value={question}
              onChange={(changed) => change(index, { question: changed })}
            />
            <LocalizedField
              label={t('answerNumber', { number: index + 1 })}
              value={answer ?? { [language]: '' }}
              onChange={(changed) => change(index, { answer: changed })}
            />
          </div>
          <Button
            size="small"
            aria-label={t('removeQuestion', { number: index + 1 })}
            onClick={() => onChange(questions.filter((_, place) => place !== index))}
          >
            {t('remove')}
          </Button>
        </div>
      ))}
    </Panel>
  );
}
