import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { seriesOfHead } from '@greenlight/shared/stages/training/heads.ts';
import type { MetricSeries, RocSnapshot, Run } from '@greenlight/shared/stages/training/contract.ts';

/** The series of one head under the names that those of the first have; `head` undefined leaves them as they are. */
export function headSeries(series: readonly MetricSeries[], head: string | undefined): readonly MetricSeries[] {
  if (head === undefined) return series;
  const ending = seriesOfHead('', head);
  return series.flatMap((one) =>
    one.name.endsWith(ending) ? [{ ...one, name: one.name.slice(0, -ending.length) }] : [],
  );
}

/** The approved criteria of one head, whose thresholds stand in its charts: a draft decides nothing yet. */
export function headCriteria(
  project: { readonly criteria: readonly Pick<CriterionVerdict, 'criterion'>[] } | undefined,
  head: string | undefined,
): readonly Criterion[] {
  return (project?.criteria ?? []).map(({ criterion }) => criterion).filter(({ task }) => task === head);
}

/** The newest values of one head under the names of the first's. */
export function headMetrics(metrics: Run['finalMetrics'], head: string | undefined): Run['finalMetrics'] {
  if (head === undefined) return metrics;
  const ending = seriesOfHead('', head);
  const own = Object.entries(metrics).filter(([name]) => name.endsWith(ending));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(0, -ending.length), value]));
}

/** The ROC curves of one head. */
export function headRoc(snapshots: readonly RocSnapshot[], head: string | undefined): readonly RocSnapshot[] {
  return snapshots.filter((one) => one.head === head);
}
