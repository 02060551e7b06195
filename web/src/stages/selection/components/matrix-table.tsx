import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Cell, CellInput, MatrixContent, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import { cellFinder, type Ranking } from '@greenlight/shared/stages/selection/ranking.ts';
import { Button, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { criterionText } from '../../../ui/criterion-text.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { formatGiven } from '../../../ui/numbers.ts';
import { formatWeight, type MatrixNames } from '../matrix-words.ts';
import { EvidenceText } from '../../../ui/evidence-text.tsx';
import { StandingMark } from './standing-mark.tsx';
import { PersonName } from '../../../ui/person-name.tsx';

/** What a draft's table can do; absent where it is only read. */
export interface MatrixActions {
  readonly onWeight: (criterionId: string, weight: number) => void;
  readonly onEditCriterion: (criterionId: string) => void;
  readonly onEditScore: (criterionId: string, candidateId: string) => void;
  readonly onRemoveCandidate: (candidateId: string) => void;
}

interface Properties {
  readonly projectId: string;
  readonly content: MatrixContent;
  /** The cells as the server has them, with who set each when. */
  readonly saved: readonly Cell[];
  readonly ranking: Ranking;
  readonly names: MatrixNames;
  readonly actions?: MatrixActions;
}

function CriterionHead({
  criterion,
  share,
  names,
  actions,
}: {
  readonly criterion: MatrixCriterion;
  readonly share: number;
  readonly names: MatrixNames;
  readonly actions: MatrixActions | undefined;
}) {
  const { t } = useTranslation('selection');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { id, unit, direction, weight, scale, requirement } = criterion;
  const name = names.criterion(id);
  return (
    <th scope="row" className="matrix-criterion">
      {actions ? (
        <button
          type="button"
          className="term"
          aria-label={t('criteria.editNamed', { criterion: name })}
          onClick={() => actions.onEditCriterion(id)}
        >
          {name}
        </button>
      ) : (
        name
      )}
      <div className="secondary">
        {t(`direction.${direction}`)}
        {unit !== '' && ` · ${unit}`}
        {scale.kind === 'anchors' && ` · ${t('criteria.between', { worst: scale.worst, best: scale.best })}`}
      </div>
      {requirement && (
        <div className="secondary">
          {common('labelled', {
            label: common(`criterion.${requirement.level}`),
            value: criterionText(requirement, language, common),
          })}
        </div>
      )}
      <div className="matrix-weight">
        {actions ? (
          <>
            <span aria-hidden="true">{t('criteria.weightLabel')} </span>
            <InputNumber
              size="small"
              min={0}
              max={1}
              step={0.05}
              value={weight}
              aria-label={t('criteria.weightOf', { criterion: name })}
              data-testid="weight"
              onChange={(value) => value !== null && actions.onWeight(id, value)}
            />
          </>
        ) : (
          <span className="figures">{t('criteria.weight', { weight })}</span>
        )}{' '}
        <span className="secondary figures">{t('criteria.share', { share: formatWeight(share) })}</span>
      </div>
    </th>
  );
}

interface CellProperties {
  readonly projectId: string;
  readonly criterion: MatrixCriterion;
  readonly candidateName: string;
  readonly cell: CellInput | undefined;
  readonly setBy: Cell | undefined;
  readonly contribution: Ranking['rows'][number]['contributions'][number] | undefined;
  readonly onEdit: (() => void) | undefined;
}

function ScoreCell({ projectId, criterion, candidateName, cell, setBy, contribution, onEdit }: CellProperties) {
  const { t } = useTranslation('selection');
  const unit = criterion.unit === '' ? '' : ` ${criterion.unit}`;
  const number = cell === undefined ? t('score.missing') : `${formatGiven(cell.score, cell.low, cell.high)}${unit}`;
  const language = useLanguage();
  const label = t('score.editOf', { candidate: candidateName });
  return (
    <td>
      {onEdit ? (
        <Button
          size="small"
          {...(cell === undefined ? { type: 'dashed' as const } : {})}
          aria-label={
            cell === undefined
              ? t('score.addTo', { candidate: candidateName, criterion: inLanguage(criterion.name, language) })
              : `${label}: ${number}`
          }
          data-testid="edit-score"
          onClick={onEdit}
        >
          {cell === undefined ? t('score.add') : <span className="figures">{number}</span>}
        </Button>
      ) : (
        <span className={cell === undefined ? 'issue-warning' : 'figures'}>{number}</span>
      )}
      {contribution?.contribution != null && contribution.normalised !== null && (
        <div className="secondary figures">
          {t('score.counts', {
            normalised: contribution.normalised.toFixed(2),
            contribution: contribution.contribution.toFixed(2),
          })}
        </div>
      )}
      {criterion.requirement && cell && contribution?.standing && (
        <div>
          <StandingMark standing={contribution.standing} level={criterion.requirement.level} />
        </div>
      )}
      {cell && (
        <div className="matrix-evidence">
          <EvidenceText projectId={projectId} evidence={cell.evidence} />
          {setBy && (
            <div className="secondary">
              <PersonName actor={setBy.setBy} /> · <Ago moment={setBy.setAt} />
            </div>
          )}
        </div>
      )}
    </td>
  );
}

/** Criteria × candidates: score, what it counts, how it stands against its acceptance criterion, and where it comes from. */
export function MatrixTable({ projectId, content, saved, ranking, names, actions }: Properties) {
  const { t } = useTranslation('selection');
  const cellOf = cellFinder(content.cells);
  const savedOf = cellFinder(saved);
  return (
    <Scrolling label={t('matrix.title')}>
      <table className="plain-table matrix" data-testid="decision-matrix">
        <thead>
          <tr>
            <th scope="col">{t('criterion')}</th>
            {content.candidateIds.map((id) => (
              <th scope="col" key={id}>
                <div className="matrix-name" data-raw>
                  {names.candidate(id)}
                </div>
                {actions && (
                  <Button
                    size="small"
                    type="text"
                    aria-label={t('matrix.takeOutNamed', { candidate: names.candidate(id) })}
                    onClick={() => actions.onRemoveCandidate(id)}
                  >
                    {t('matrix.takeOut')}
                  </Button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {content.criteria.map((criterion, index) => (
            <tr key={criterion.id}>
              <CriterionHead
                criterion={criterion}
                share={ranking.shares[index]?.share ?? 0}
                names={names}
                actions={actions}
              />
              {content.candidateIds.map((candidateId) => {
                const cell = cellOf(candidateId, criterion.id);
                const kept = savedOf(candidateId, criterion.id);
                const row = ranking.rows.find((one) => one.candidateId === candidateId);
                const isKept = kept !== undefined && cell !== undefined && kept.score === cell.score;
                return (
                  <ScoreCell
                    key={candidateId}
                    projectId={projectId}
                    criterion={criterion}
                    candidateName={names.candidate(candidateId)}
                    cell={cell}
                    setBy={isKept ? kept : undefined}
                    contribution={row?.contributions.find(({ criterionId }) => criterionId === criterion.id)}
                    onEdit={actions && (() => actions.onEditScore(criterion.id, candidateId))}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
