import type { EvaluationRow, EvaluationStore } from './store.ts';

/**
 * The evaluation that a project's verdict rests on: the newest, where of a sweep only that of its chosen run counts. A sweep's other runs were
 * tried and not taken, and which of them ends last says nothing.
 */
export async function newestThatCounts(
  store: Pick<EvaluationStore, 'newest' | 'sweepsMeasuredAfter'>,
  chosenRun: (sweepId: string) => Promise<string | null>,
  projectId: string,
): Promise<EvaluationRow | null> {
  let newest = await store.newest({ projectId });
  for (const { sweepId, lastAt } of await store.sweepsMeasuredAfter(projectId, newest?.createdAt)) {
    // Those that follow were measured earlier still.
    if (newest !== null && lastAt <= newest.createdAt) break;
    const runId = await chosenRun(sweepId);
    const measured = runId === null ? null : await store.newest({ runId });
    if (measured !== null && (newest === null || measured.createdAt > newest.createdAt)) newest = measured;
  }
  return newest;
}
