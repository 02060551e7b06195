import type { EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

interface Properties {
  readonly projectId: string;
  readonly source: NonNullable<EvidenceItem['source']>;
  /** The version of the requirement or the decision matrix that was frozen, where the source is one. */
  readonly version: number | undefined;
}

/** A link to the living thing that evidence was taken from. */
export function SourceLink({ projectId, source: { type, id }, version }: Properties) {
  const { t } = useTranslation('decisions');
  const text = t(`source.${type}`);
  switch (type) {
    case 'requirement':
      return (
        <Link to="/projects/$projectId/requirements" params={{ projectId }} search={{ version }}>
          {text}
        </Link>
      );
    case 'selection':
      return (
        <Link to="/projects/$projectId/selection" params={{ projectId }} search={{ version }}>
          {text}
        </Link>
      );
    case 'evaluation':
      return (
        <Link to="/projects/$projectId/evaluation/evaluations/$evaluationId" params={{ projectId, evaluationId: id }}>
          {text}
        </Link>
      );
    case 'run':
      return (
        <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId: id }}>
          {text}
        </Link>
      );
    case 'dataset-version':
      return (
        <Link to="/projects/$projectId/data" params={{ projectId }} search={{ version: id }}>
          {text}
        </Link>
      );
  }
}
