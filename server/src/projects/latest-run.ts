import type { ProjectFacts } from '@greenlight/shared/projects/rules.ts';
import type { RunSummary } from '@greenlight/shared/stages/training/contract.ts';

type Told = Pick<RunSummary, 'id' | 'state' | 'createdAt' | 'startedAt' | 'finishedAt' | 'finalMetrics'>;

function lossOf({ finalMetrics }: Told): number | undefined {
  return finalMetrics['training/epoch-loss'] ?? finalMetrics['training/loss'] ?? undefined;
}

/** The newest of a project's runs, given newest first, with the newest loss that any of them reached: one that was cancelled before its first step says nothing of it. */
export function latestRunOf(runs: readonly Told[]): ProjectFacts['latestRun'] {
  const [run] = runs;
  if (run === undefined) return null;
  const { id, state } = run;
  const changedAt = run.finishedAt ?? run.startedAt ?? run.createdAt;
  return { id, state, changedAt, loss: runs.map(lossOf).find((loss) => loss !== undefined) ?? null };
}
