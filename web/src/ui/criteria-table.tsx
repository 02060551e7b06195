import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { evidenceGap, measuredText, operatorSign, thresholdText } from './criterion-text.ts';
import { IntervalBar } from './interval-bar.tsx';
import { MetricTerm } from './metric-term.tsx';
import { Scrolling } from './scrolling.tsx';
import { VerdictMark } from './verdict-mark.tsx';

/** Acceptance criteria with verdict, value and interval against the threshold. */
export function CriteriaTable({ verdicts }: { readonly verdicts: readonly CriterionVerdict[] }) {
  const { t } = useTranslation();
  return (
    <Scrolling label={t('criteriaTable.title')}>
      <table className="plain-table">
        <caption className="visually-hidden">{t('criteriaTable.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('criteriaTable.verdict')}</th>
            <th scope="col">{t('criteriaTable.criterion')}</th>
            <th scope="col">{t('criteriaTable.level')}</th>
            <th scope="col">{t('criteriaTable.value')}</th>
            <th scope="col">{t('criteriaTable.interval')}</th>
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
                  <MetricTerm metric={verdict.criterion.metric} /> {operatorSign(verdict.criterion)}{' '}
                  <span className="figures">{thresholdText(verdict.criterion)}</span>
                  {verdict.criterion.slice !== null && (
                    <div className="secondary">{t('criterion.slice', { slice: verdict.criterion.slice })}</div>
                  )}
                </th>
                <td>{t(`criterion.${verdict.criterion.level}`)}</td>
                <td>
                  <span className="figures">{measuredText(verdict, t)}</span>
                  {gap && <div className="secondary">{gap}</div>}
                </td>
                <td>
                  <IntervalBar verdict={verdict} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}
