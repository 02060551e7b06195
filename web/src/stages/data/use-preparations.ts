import { getProject } from '@greenlight/shared/projects/contract.ts';
import { listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { familyOf } from '../../api/query.ts';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { JOBS_MOVE, preparationQuery, preparationsQuery } from './queries.ts';
import { useLastEnd } from './use-last-end.ts';

/** Versions, and where the project stands. */
const MADE = [familyOf(listDatasetVersions), familyOf(getProject)];

/** The preparations of a project, page by page, and the one that the address names, however far back it stands. */
export function usePreparations(projectId: string, jobId?: string) {
  const { list, end } = useMovingPages(preparationsQuery(projectId), JOBS_MOVE);
  const preparations = list.data?.pages.flatMap(({ items }) => items);
  const listed = preparations?.find((one) => one.jobId === jobId);
  const isFurtherBack = jobId !== undefined && preparations !== undefined && listed === undefined;
  const named = useQuery({ ...preparationQuery(jobId ?? ''), enabled: isFurtherBack });
  const open = listed ?? (named.data?.projectId === projectId ? named.data : undefined);
  useLastEnd(open === undefined ? preparations : [...(preparations ?? []), open], MADE);
  const { error, refetch } = list;
  return { preparations, open, isReading: isFurtherBack && named.isLoading, error, refetch, end };
}
