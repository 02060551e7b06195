import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { seenTexts, type SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';

interface Properties {
  readonly evaluation: Pick<
    Evaluation,
    'projectId' | 'datasetVersionId' | 'split' | 'sameAsTraining' | 'seenInTraining'
  >;
  /** Whether the data version can be divided anew: its content is still there. */
  readonly isDataThere: boolean;
}

/** Where the texts were seen, and for each place what to do about it. */
function Remedies({ evaluation, seen, isDataThere }: Properties & { readonly seen: SeenInTraining }) {
  const { t } = useTranslation('evaluation');
  const { projectId, datasetVersionId } = evaluation;
  const { texts, exact, elsewhere, near, isDataGone, origin } = seen;
  const inVersion = Math.min(texts, exact + (near ?? 0));
  if (exact === texts && texts > 0) return <p>{t('seen.all')}</p>;
  return (
    <>
      {seenTexts(seen) > 0 && <p>{t('seen.notEvidence')}</p>}
      {inVersion > 0 && (
        <p>
          {t('seen.version', { count: inVersion })}{' '}
          {isDataThere && (
            <Link to="/projects/$projectId/data/prepare" params={{ projectId }} search={{ from: datasetVersionId }}>
              {t('seen.divide')}
            </Link>
          )}
        </p>
      )}
      {elsewhere > 0 && (
        <p>
          {origin === null
            ? t('seen.begun', { count: elsewhere })
            : t('seen.imported', { count: elsewhere, run: origin.runNumber })}
        </p>
      )}
      {isDataGone && <p>{t('seen.gone')}</p>}
    </>
  );
}

/** Why an evaluation is no evidence for new texts, with how many of them were learned from, where, and what to do; nothing where none was. */
export function SeenNotice({ evaluation, isDataThere }: Properties) {
  const { t } = useTranslation('evaluation');
  const language = useLanguage();
  const { sameAsTraining, seenInTraining: seen } = evaluation;
  if (!sameAsTraining) return null;
  if (seen === null)
    return <Alert type="warning" showIcon title={t('sameAsTraining.title')} description={t('sameAsTraining.text')} />;
  const words = inLanguage(seenInWords(seen), language);
  const title =
    seenTexts(seen) === 0 ? t('sameAsTraining.unknownTitle') : words.charAt(0).toUpperCase() + words.slice(1);
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="seen-in-training"
      title={title}
      description={<Remedies {...{ evaluation, seen, isDataThere }} />}
    />
  );
}

/** What an evaluation's texts were compared with, where that is not what a reader expects. */
export function ComparedWith({ evaluation }: Pick<Properties, 'evaluation'>) {
  const { t } = useTranslation('evaluation');
  const { projectId, split, seenInTraining: seen } = evaluation;
  if (seen === null || split === 'train') return null;
  const { origin, near } = seen;
  return (
    <>
      {origin !== null && (
        <p className="secondary">
          {t(origin.isProven ? 'seen.proven' : 'seen.claimed', { run: origin.runNumber })}{' '}
          <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId: origin.runId }}>
            {t('meta.openRun')}
          </Link>
        </p>
      )}
      {near === null && origin?.isProven !== true && <p className="secondary">{t('seen.onlyExact')}</p>}
    </>
  );
}
