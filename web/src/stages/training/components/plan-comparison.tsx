import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import {
  comparePlan,
  deviationOf,
  endedEarly,
  type Comparison,
} from '@greenlight/shared/stages/training/plan/comparison.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { formatShare } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { formatCompared, formatEstimate } from '../plan-text.ts';
import { PlanAssumptions } from './plan-assumptions.tsx';
import { PlanRates } from './plan-rates.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

type Translate = TFunction<'plan'>;

function actualText(
  { quantity, actual, isProjected, isEstimated }: Comparison,
  currency: string,
  t: Translate,
  common: TFunction,
): string {
  if (actual === null) return NOTHING;
  const parts = [formatCompared(quantity, actual, currency, common)];
  if (isProjected) parts.push(t('projected'));
  if (isEstimated) parts.push(t('estimated'));
  return parts.join(' · ');
}

function deviationText({ planned, actual }: Comparison, t: Translate): string {
  if (actual === null) return '';
  const { share, word } = deviationOf(planned, actual);
  const size = formatShare(Math.abs(share));
  if (word === 'as-planned') return t('deviation.asPlanned');
  const direction = share > 0 ? t('deviation.more', { share: size }) : t('deviation.less', { share: size });
  return word === 'within'
    ? t('deviation.within', { deviation: direction })
    : t('deviation.outside', { deviation: direction });
}

function verdictOf(rows: readonly Comparison[], ended: boolean, t: Translate): string {
  const time = rows.find(({ quantity }) => quantity === 'time');
  if (time === undefined) return t('compare.noTime');
  if (time.actual === null) return t(ended ? 'compare.none' : 'compare.waiting');
  const deviation = deviationText(time, t);
  return t(ended ? 'compare.ended' : 'compare.running', { deviation });
}

/** The plan of a run beside what it takes: projected while it goes on, measured when it has ended, with the deviation in words. */
export function PlanComparison({ run }: { readonly run: Run }) {
  const { t } = useTranslation('plan');
  const { t: common } = useTranslation();
  const { plan } = run;
  if (plan === null) return null;
  const ended = hasEnded(run.state);
  const rows = comparePlan(plan, run.usage, run.progress, ended);
  const currency = plan.cost?.currency ?? plan.rates.currency;
  const isOtherWorker = run.workerName !== null && plan.worker !== null && run.workerName !== plan.worker.name;
  return (
    <Panel title={t('compare.title')}>
      <p data-testid="plan-verdict">{verdictOf(rows, ended, t)}</p>
      {isOtherWorker && (
        <p className="secondary">
          {t('compare.otherWorker', { planned: plan.worker?.name ?? '', actual: run.workerName ?? '' })}
        </p>
      )}
      <Scrolling label={t('compare.title')}>
        <table className="plain-table wrapping" data-testid="plan-comparison">
          <thead>
            <tr>
              <th scope="col">{t('compare.quantity')}</th>
              <th scope="col" className="number">
                {t('compare.planned')}
              </th>
              <th scope="col" className="number">
                {t('compare.actual')}
              </th>
              <th scope="col">{t('compare.deviation')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.quantity} data-quantity={row.quantity}>
                <th scope="row">{t(`quantity.${row.quantity}`)}</th>
                <td className="number">
                  {formatEstimate(row.planned, (value) => formatCompared(row.quantity, value, currency, common))}
                </td>
                <td className="number">{actualText(row, currency, t, common)}</td>
                <td>{deviationText(row, t)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      {endedEarly(plan, run.usage, ended) && (
        <p className="secondary" data-testid="plan-ended-early">
          {t('compare.endedEarly', { steps: run.usage.steps, planned: plan.steps })}
        </p>
      )}
      <PlanRates plan={plan} />
      {run.attempt > 1 && <p className="secondary">{t('compare.attempts', { attempts: run.attempt })}</p>}
      <PlanAssumptions plan={plan} />
    </Panel>
  );
}
