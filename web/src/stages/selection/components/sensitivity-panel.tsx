import type { MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Ranking } from '@greenlight/shared/stages/selection/ranking.ts';
import type { Sensitivity } from '@greenlight/shared/stages/selection/sensitivity.ts';
import { useTranslation } from 'react-i18next';
import { BarChart } from '../../../charts/bar-chart.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { namedList, nearestScores, scoreSentences, weightSentences, type MatrixNames } from '../matrix-words.ts';

interface Properties {
  readonly content: MatrixContent;
  readonly ranking: Ranking;
  readonly sensitivity: Sensitivity | null;
  readonly names: MatrixNames;
}

/** Single scores that are said in a sentence; the table has all. */
const MOST_SENTENCES = 5;

function ScoreTable({ sensitivity, names }: { readonly sensitivity: Sensitivity; readonly names: MatrixNames }) {
  const { t } = useTranslation('selection');
  const end = (value: number | null) => (value === null ? t('sensitivity.noEnd') : formatNumber(value));
  return (
    <details>
      <summary>{t('sensitivity.allScores')}</summary>
      <Scrolling label={t('sensitivity.allScores')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('ranking.candidate')}</th>
              <th scope="col">{t('criterion')}</th>
              <th scope="col" className="number">
                {t('score.score')}
              </th>
              <th scope="col" className="number">
                {t('sensitivity.from')}
              </th>
              <th scope="col" className="number">
                {t('sensitivity.to')}
              </th>
            </tr>
          </thead>
          <tbody>
            {sensitivity.scores.map(({ candidateId, criterionId, score, low, high }) => (
              <tr key={`${candidateId} ${criterionId}`}>
                <th scope="row">{names.candidate(candidateId)}</th>
                <td>{names.criterion(criterionId)}</td>
                <td className="number">{formatNumber(score)}</td>
                <td className="number">{end(low)}</td>
                <td className="number">{end(high)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </details>
  );
}

/** What would have to change for another candidate to win: of each weight, and of single scores. */
export function SensitivityPanel({ content, ranking, sensitivity, names }: Properties) {
  const { t } = useTranslation('selection');
  if (ranking.leader === null) return null;
  if (sensitivity === null)
    return (
      <Panel title={t('sensitivity.title')}>
        <p>{t(ranking.leader.challengers.length > 0 ? 'sensitivity.leadOpen' : 'sensitivity.nothing')}</p>
      </Panel>
    );
  const leader = names.candidate(ranking.leader.candidateId);
  const flips = nearestScores(sensitivity, content, MOST_SENTENCES);
  const rows = sensitivity.weights.map(({ criterionId, share, low, high, isOnly }) => ({
    id: criterionId,
    label: names.criterion(criterionId),
    values: isOnly ? { from: share, stays: 0 } : { from: low ?? 0, stays: (high ?? 1) - (low ?? 0) },
    mark: share,
  }));
  return (
    <div className="columns">
      <Panel title={t('sensitivity.title')}>
        <p>
          {ranking.leader.tiedWith.length === 0
            ? t('sensitivity.intro', { leader })
            : t('sensitivity.introTied', { leader, others: namedList(ranking.leader.tiedWith, names, t) })}
        </p>
        <h3>{t('sensitivity.byWeight')}</h3>
        <ul className="steps" data-testid="weight-sentences">
          {sensitivity.weights.flatMap((range) =>
            weightSentences(range, names, t).map((sentence) => <li key={sentence}>{sentence}</li>),
          )}
        </ul>
        <h3>{t('sensitivity.byScore')}</h3>
        {flips.length === 0 ? (
          <p>{t('sensitivity.noScore')}</p>
        ) : (
          <ul className="steps" data-testid="score-sentences">
            {flips.flatMap((range) =>
              scoreSentences(range, names, t).map((sentence) => <li key={sentence}>{sentence}</li>),
            )}
          </ul>
        )}
        <ScoreTable sensitivity={sensitivity} names={names} />
      </Panel>
      <BarChart
        title={t('chart.weights', { leader })}
        label={t('chart.weights', { leader })}
        rowLabel={t('criterion')}
        axisLabel={t('chart.share')}
        markLabel={t('chart.now')}
        testId="weight-ranges"
        series={[
          { id: 'from', label: t('chart.from'), color: 0, kind: 'gap' },
          { id: 'stays', label: t('chart.stays', { leader }), color: 0, kind: 'solid' },
        ]}
        rows={rows}
      />
    </div>
  );
}
