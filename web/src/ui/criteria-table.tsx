import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { evidenceGap, measuredText, operatorSign, thresholdText } from './criterion-text.ts';
import { IntervalBar } from './interval-bar.tsx';
import { MetricTerm } from './metric-term.tsx';
import { Scrolling } from './scrolling.tsx';
import { VerdictMark } from './verdict-mark.tsx';

function CriterionName({ criterion }: Pick<CriterionVerdict, 'criterion'>) {
  const { t } = useTranslation();
  return (
    <>
      <MetricTerm metric={criterion.metric} /> {operatorSign(criterion)}{' '}
      <span className="figures">{thresholdText(criterion)}</span>
      {criterion.task !== undefined && <div className="secondary">{t('criterion.task', { task: criterion.task })}</div>}
      {criterion.slice !== null && <div className="secondary">{t('criterion.slice', { slice: criterion.slice })}</div>}
    </>
  );
}

/** The criteria alone, where no evaluation has a number for any: one sentence says so instead of a sentence per row. */
function UnmeasuredCriteria({ verdicts }: { readonly verdicts: readonly CriterionVerdict[] }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="secondary">{t('criteriaTable.nothingMeasured')}</p>
      <table className="plain-table" data-testid="unmeasured-criteria">
        <caption className="visually-hidden">{t('criteriaTable.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('criteriaTable.criterion')}</th>
            <th scope="col">{t('criteriaTable.level')}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ criterion }) => (
            <tr key={criterion.id}>
              <th scope="row">
                <CriterionName criterion={criterion} />
              </th>
              <td>{t(`criterion.${criterion.level}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** Acceptance criteria with verdict, value and interval against the threshold. */
export function CriteriaTable({ verdicts }: { readonly verdicts: readonly CriterionVerdict[] }) {
  const { t } = useTranslation();
  if (verdicts.every(({ value }) => value === null)) return <UnmeasuredCriteria verdicts={verdicts} />;
  return (
    <Scrolling label={t('criteriaTable.title')}>
      <table className="plain-table stacked-on-phones">
        <caption className="visually-hidden">{t('criteriaTable.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('criteriaTable.verdict')}</th>
            <th scope="col">{t('criteriaTable.criterion')}</th>
            <th scope="col" className="unbroken">
              {t('criteriaTable.level')}
            </th>
            <th scope="col">{t('criteriaTable.value')}</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map((verdict) => {
            const gap = evidenceGap(verdict, t);
            return (
              <tr key={verdict.criterion.id}>
                <td>
                  <VerdictMark verdict={verdict.verdict} withText />
                </td>
                <th scope="row">
                  <CriterionName criterion={verdict.criterion} />
                </th>
                <td className="unbroken" data-label={t('criteriaTable.level')}>
                  {t(`criterion.${verdict.criterion.level}`)}
                </td>
                <td data-label={t('criteriaTable.value')}>
                  <div className="criterion-value">
                    <span className="figures">{measuredText(verdict, t)}</span>
                    <IntervalBar verdict={verdict} />
                  </div>
                  {gap && <div className="secondary">{gap}</div>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}
