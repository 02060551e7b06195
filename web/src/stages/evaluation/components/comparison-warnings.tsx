import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { ComparedValue, EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { DataDeletedNotice } from '../../../ui/data-deleted-notice.tsx';
import type { Compared } from '../compared.ts';
import { isWriting } from '../comparison-verdict.ts';

interface Properties {
  readonly projectId: string;
  readonly comparison: EvaluationComparison;
  readonly compared: readonly Compared[];
}

/** Which evaluations were measured on what was trained on, in the words of their own pages. */
function SeenWarning({ projectId, compared }: Omit<Properties, 'comparison'>) {
  const { t } = useTranslation(['comparison', 'evaluation']);
  const language = useLanguage();
  const seen = compared.filter(({ summary }) => summary.sameAsTraining);
  if (seen.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="compared-seen"
      title={t('warn.seenTitle')}
      description={seen.map(({ summary: { id, seenInTraining }, name }) => (
        <p key={id}>
          {t('warn.seenLine', {
            name,
            words:
              seenInTraining === null
                ? t('evaluation:sameAsTraining.title')
                : inLanguage(seenInWords(seenInTraining), language),
          })}{' '}
          <Link to="/projects/$projectId/evaluation/evaluations/$evaluationId" params={{ projectId, evaluationId: id }}>
            {t('warn.openEvaluation')}
          </Link>
        </p>
      ))}
    />
  );
}

/** What has to be known before a number is read: what was trained on, what measured other items, what was measured too early, and whose data is gone. */
export function ComparisonWarnings({ projectId, comparison, compared }: Properties) {
  const { t } = useTranslation(['comparison', 'common']);
  const [baseline, ...others] = compared;
  if (baseline === undefined) return null;
  const because = (place: number, reason: ComparedValue['notCompared']) =>
    comparison.rows.some(({ cells }) => cells[place + 1]?.notCompared === reason);
  const otherItems = others.filter((_, place) => because(place, 'other-items'));
  const notKept = others.filter((_, place) => because(place, 'not-kept'));
  const isSameData = ({ summary }: Compared) =>
    summary.datasetVersionId === baseline.summary.datasetVersionId && summary.split === baseline.summary.split;
  const namesOf = (some: readonly Compared[]) => some.map(({ name }) => name).join(t('common:listOf.separator'));
  const unread = compared.filter(({ evaluation }) => evaluation === undefined);
  return (
    <>
      <SeenWarning projectId={projectId} compared={compared} />
      {otherItems.length > 0 && (
        <Alert
          type="warning"
          showIcon
          data-testid="compared-other-items"
          title={t('warn.otherTitle', { baseline: baseline.name, names: namesOf(otherItems) })}
          description={
            <>
              {!otherItems.every(isSameData) && (
                <p>
                  {t('warn.otherText', {
                    data: baseline.dataName,
                    split: t(`common:split.${baseline.summary.split}`),
                  })}
                </p>
              )}
              {otherItems.some(isSameData) && (
                <p>{t(isWriting(comparison.rows) ? 'warn.otherTokens' : 'warn.otherShare')}</p>
              )}
            </>
          }
        />
      )}
      {notKept.length > 0 && (
        <Alert
          type="info"
          showIcon
          data-testid="compared-not-kept"
          title={t('warn.notKeptTitle', { baseline: baseline.name, names: namesOf(notKept) })}
          description={t('warn.notKeptText')}
        />
      )}
      {unread.length > 0 && <Alert type="warning" showIcon title={t('warn.partsTitle', { names: namesOf(unread) })} />}
      {[...new Set(compared.map(({ summary }) => summary.datasetVersionId))].map((datasetVersionId) => (
        <DataDeletedNotice key={datasetVersionId} projectId={projectId} datasetVersionId={datasetVersionId} />
      ))}
    </>
  );
}
