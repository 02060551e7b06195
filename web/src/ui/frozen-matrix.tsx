import type { FrozenMatrix } from '@greenlight/shared/stages/selection/contract.ts';
import { cellFinder } from '@greenlight/shared/stages/selection/ranking.ts';
import { useTranslation } from 'react-i18next';
import { EvidenceText } from './evidence-text.tsx';
import { Localized } from './localized.tsx';
import { formatGiven } from './numbers.ts';
import { Scrolling } from './scrolling.tsx';
import { NOTHING } from './nothing.ts';

/** A decision matrix as it was frozen: weights, scores with their evidence, and totals. */
export function FrozenMatrixTable({
  projectId,
  matrix,
}: {
  readonly projectId: string;
  readonly matrix: FrozenMatrix;
}) {
  const { t } = useTranslation('selection');
  const { candidates, criteria, cells, ranking } = matrix;
  const cellOf = cellFinder(cells);
  return (
    <Scrolling label={t('matrix.title')}>
      <table className="plain-table matrix">
        <thead>
          <tr>
            <th scope="col">{t('criterion')}</th>
            <th scope="col" className="number">
              {t('matrix.share')}
            </th>
            {candidates.map(({ id, name, reference }) => (
              <th scope="col" key={id} data-raw>
                <Localized text={name} />
                {reference !== undefined && <div className="matrix-reference">{reference}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {criteria.map((criterion, index) => (
            <tr key={criterion.id}>
              <th scope="row">
                <Localized text={criterion.name} />
                {criterion.unit !== '' && ` (${criterion.unit})`}
              </th>
              <td className="number">{ranking.shares[index]?.share.toFixed(2)}</td>
              {candidates.map(({ id }) => {
                const cell = cellOf(id, criterion.id);
                return (
                  <td key={id}>
                    {cell === undefined ? (
                      t('score.missing')
                    ) : (
                      <>
                        <span className="figures">{formatGiven(cell.score, cell.low, cell.high)}</span>
                        <div className="matrix-evidence">
                          <EvidenceText projectId={projectId} evidence={cell.evidence} />
                        </div>
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
          <tr>
            <th scope="row">{t('ranking.total')}</th>
            <td className="number">{NOTHING}</td>
            {candidates.map(({ id }) => {
              const row = ranking.rows.find(({ candidateId }) => candidateId === id);
              return (
                <td key={id} className="figures">
                  <strong>
                    {row && row.total.high - row.total.low > 1e-9
                      ? `${row.total.low.toFixed(2)} – ${row.total.high.toFixed(2)}`
                      : row?.total.low.toFixed(2)}
                  </strong>
                  {row?.places === null && ` · ${t('ranking.ruledOut')}`}
                </td>
              );
            })}
          </tr>
        </tbody>
      </table>
    </Scrolling>
  );
}
