import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import type { ScoreEvidence } from '@greenlight/shared/stages/selection/matrix.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Localized } from './localized.tsx';

/** Where a score comes from, with the way to it where it has an address. */
export function EvidenceText({
  projectId,
  evidence,
}: {
  readonly projectId: string;
  readonly evidence: ScoreEvidence;
}) {
  const { t } = useTranslation('selection');
  const text = (
    <span data-raw>
      <Localized text={evidence.text} />
    </span>
  );
  const kind = t(`evidence.${evidence.kind}`);
  switch (evidence.kind) {
    case 'evaluation':
    case 'model-file-evaluation': {
      // The evaluation of an imported model opens by the job that made it.
      const evaluationId = evidence.kind === 'evaluation' ? evidence.evaluationId : evidence.jobId;
      return (
        <>
          <Link to="/projects/$projectId/evaluation/evaluations/$evaluationId" params={{ projectId, evaluationId }}>
            {kind}
          </Link>{' '}
          {text}
        </>
      );
    }
    case 'url':
      return (
        <>
          <a href={evidence.url} target="_blank" rel="noreferrer noopener">
            {kind}
          </a>{' '}
          {text}
        </>
      );
    case 'catalogue': {
      const entry = findArchitecture(evidence.architecture);
      return (
        <>
          <Link
            to="/projects/$projectId/selection"
            params={{ projectId }}
            search={{ view: 'catalogue', architecture: evidence.architecture }}
          >
            {kind}
          </Link>{' '}
          {entry ? text : null}
        </>
      );
    }
    default:
      return (
        <>
          {t('evidence.says', { kind })}
          {text}
        </>
      );
  }
}
