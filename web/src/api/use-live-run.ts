import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { followRun, type LiveStatus } from './live.ts';

const CLOSED: LiveStatus = { connection: 'closed', latestPoint: null };

/**
 * Follows a run while it is active, from the event number that the first reading of the run had on; the newest point
 * stays known after the run has ended.
 */
export function useLiveRun(runId: string, after: number | undefined, isActive: boolean): LiveStatus {
  const queryClient = useQueryClient();
  const [status, setStatus] = useState(CLOSED);
  const isReady = after !== undefined;
  useEffect(() => {
    if (!isReady || !isActive) return;
    const live = followRun(queryClient, runId, after);
    const stop = live.subscribe(() => setStatus(live.status()));
    return () => {
      live.close();
      stop();
    };
    // `after` only says where to begin: the stream itself moves it on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [queryClient, runId, isReady, isActive]);
  return status;
}
