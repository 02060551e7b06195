import type { CellInput } from '@greenlight/shared/stages/selection/matrix.ts';
import type { MatrixDifference } from '@greenlight/shared/stages/selection/differences.ts';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../../api/api-error.ts';
import type { MatrixNames } from '../matrix-words.ts';

/** What one side of a difference says, where that is a number. */
function valueOf({ field }: MatrixDifference, side: unknown): string | undefined {
  if (field === 'weight' && typeof side === 'number') return String(side);
  if (field === 'score' && side !== null) return String((side as CellInput).score);
  return undefined;
}

/** What differs between somebody else's save and the edits that were refused because of it: theirs first, then one's own. */
export function OvertakenDifferences({
  error,
  names,
}: {
  readonly error: ApiError | null;
  readonly names: MatrixNames;
}) {
  const { t } = useTranslation('selection');
  const details = error?.details as { differences?: MatrixDifference[] } | null | undefined;
  const differences = details?.differences ?? [];
  return (
    <ul className="steps">
      {differences.map((difference) => {
        const { field, criterionId, candidateId, before, after } = difference;
        const about = [names.candidate(candidateId), names.criterion(criterionId)].filter(Boolean).join(' · ');
        const [theirs, mine] = [valueOf(difference, before), valueOf(difference, after)];
        return (
          <li key={`${field} ${criterionId} ${candidateId}`}>
            {t(`difference.${field}`)} <span data-raw>{about}</span>
            {(theirs ?? mine) !== undefined &&
              ` ${t('difference.sides', { theirs: theirs ?? t('score.missing'), mine: mine ?? t('score.missing') })}`}
          </li>
        );
      })}
    </ul>
  );
}
