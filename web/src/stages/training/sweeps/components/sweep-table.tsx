import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../../i18n/language.ts';
import { metricName, MetricTerm } from '../../../../ui/metric-term.tsx';
import { NOTHING } from '../../../../ui/nothing.ts';
import { formatNumber } from '../../../../ui/numbers.ts';
import { Panel } from '../../../../ui/panel.tsx';
import { Scrolling } from '../../../../ui/scrolling.tsx';
import { RunStateMark } from '../../../../ui/state-mark.tsx';
import { rankingOf } from '../ranking.ts';
import { settingValue } from '../sweep-text.ts';

/** The runs of a sweep, best first, with the settings that vary. */
export function SweepTable({ sweep }: { readonly sweep: Sweep }) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const { objective, projectId, search } = sweep;
  const names = search.axes.map(({ setting }) => setting);
  return (
    <Panel title={t('table.title')}>
      <Scrolling label={t('table.title')}>
        <table className="plain-table stacked-on-phones" data-testid="sweep-runs">
          <thead>
            <tr>
              <th scope="col">{t('table.run')}</th>
              <th scope="col" className="number">
                {t('table.rank')}
              </th>
              <th scope="col">{t('table.state')}</th>
              {names.map((name) => (
                <th scope="col" className="number" key={name}>
                  {training(`setting.${name}`)}
                </th>
              ))}
              <th scope="col" className="number">
                <MetricTerm metric={objective} label={t('chart.value', { metric: metricName(objective, language) })} />
              </th>
              <th scope="col" className="number">
                {t('table.step')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rankingOf(sweep).map(({ run, rank, values, reached }) => (
              <tr key={run.id} aria-current={rank === 1}>
                <th scope="row">
                  <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId: run.id }}>
                    #{run.number}
                  </Link>
                </th>
                <td className="number" data-label={t('table.rank')}>
                  {rank ?? NOTHING}
                </td>
                <td>
                  <RunStateMark state={run.state} />
                </td>
                {names.map((name) => (
                  <td className="number" data-label={training(`setting.${name}`)} key={name}>
                    {settingValue(values[name], training)}
                  </td>
                ))}
                <td className="number" data-label={metricName(objective, language)}>
                  {reached === null ? NOTHING : formatNumber(reached.value)}
                  {reached !== null && !hasEnded(run.state) && <span className="secondary"> {t('table.soFar')}</span>}
                </td>
                <td className="number" data-label={t('table.step')}>
                  {reached?.step ?? NOTHING}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </Panel>
  );
}
