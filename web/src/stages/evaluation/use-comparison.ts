import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import type { Compared } from './compared.ts';
import { evaluationColors } from './evaluation-colors.ts';
import { shortNames } from './evaluation-names.ts';
import { comparisonQuery, datasetVersionQuery, evaluationQuery } from './queries.ts';

interface Read {
  /** Undefined while it is read, and where it could not be. */
  readonly comparison: EvaluationComparison | undefined;
  /** The evaluations in the order of the comparison's columns. */
  readonly compared: readonly Compared[];
  /** True while a comparison of other columns is shown until this one comes. */
  readonly isStale: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Reads a comparison and all that its page shows of the single evaluations; what is read late would push the page down. */
export function useComparison(projectId: string, ids: readonly string[]): Read {
  const { t } = useTranslation(['comparison', 'common']);
  const language = useLanguage();
  const comparison = useQuery({ ...comparisonQuery(projectId, ids), placeholderData: keepPreviousData });
  const evaluations = useQueries({ queries: ids.map((id) => evaluationQuery(id)) });
  const summaries = comparison.data?.evaluations ?? [];
  const versionIds = [...new Set(summaries.map(({ datasetVersionId }) => datasetVersionId))];
  const versions = useQueries({ queries: versionIds.map((id) => datasetVersionQuery(id)) });
  // When a first try fails, the page comes without.
  const isWaiting = [...evaluations, ...versions].some(
    ({ isLoading, failureCount }) => isLoading && failureCount === 0,
  );
  const names = shortNames(summaries, t);
  const colors = evaluationColors(summaries);
  const compared = summaries.map((summary): Compared => {
    const version = versions.find(({ data }) => data?.id === summary.datasetVersionId)?.data;
    const number = t('name.version', { version: summary.datasetVersion });
    return {
      summary,
      name: names.get(summary.id) ?? '',
      dataName: version === undefined ? number : `${inLanguage(version.datasetName, language)} ${number}`,
      color: colors.get(summary.id) ?? 0,
      evaluation: evaluations.find(({ data }) => data?.id === summary.id)?.data,
    };
  });
  return {
    comparison: isWaiting ? undefined : comparison.data,
    compared,
    isStale: comparison.isPlaceholderData,
    error: comparison.error,
    retry: () => void comparison.refetch(),
  };
}
