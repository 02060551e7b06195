import type { TokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useQuery } from '@tanstack/react-query';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { finishedTrainingsQuery, JOBS_MOVE, TOKENIZERS, tokenizerTrainingsQuery } from './queries.ts';
import { useLastEnd } from './use-last-end.ts';

const newestOf = (trainings: readonly TokenizerTraining[] | undefined) =>
  trainings?.find(({ tokenizerId }) => tokenizerId !== null)?.tokenizerId ?? undefined;

/** The trainings on a version, page by page, and the tokenizer to show: the one that the address names, or the newest that came of them. */
export function useTokenizerTrainings(versionId: string | undefined, named: string | undefined) {
  const { list, end } = useMovingPages(
    { ...tokenizerTrainingsQuery(versionId ?? ''), enabled: versionId !== undefined },
    JOBS_MOVE,
  );
  const items = list.data?.pages.flatMap((page) => page.items);
  useLastEnd(items, TOKENIZERS);
  const listed = named ?? newestOf(items);
  // The newest that came to something may stand behind many that failed.
  const isFurtherBack = items !== undefined && listed === undefined && list.hasNextPage;
  const finished = useQuery({ ...finishedTrainingsQuery(versionId ?? ''), enabled: isFurtherBack });
  const { error, refetch } = list;
  return { items, open: listed ?? newestOf(finished.data?.items), end, error, refetch };
}
