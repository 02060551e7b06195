import type { LocalizedText } from '../../api/localized-text.ts';
import { criterionVerdicts } from '../../projects/rules.ts';
import { evaluatedName, type EvaluationSummary, type TaskMetricValue } from '../evaluation/contract.ts';
import { isNoEvidence, type SeenInTraining } from '../evaluation/seen-in-training.ts';
import { measureOfSeries } from '../training/heads.ts';
import type { RunSummary } from '../training/contract.ts';
import type { ChangedAfterEvidence, Criterion } from './contract.ts';
import { versionInForce, type ApprovedVersion } from './differences.ts';
import type { EvidenceSource, TraceabilityMatrix } from './traceability-contract.ts';

/** A candidate model with what is known of it, each number as a metric value. */
export interface CandidateEvidence {
  readonly id: string;
  readonly name: LocalizedText;
  readonly at: string;
  readonly metrics: readonly TaskMetricValue[];
}

/** Everything that a matrix is put together from, newest first where order matters; versions oldest first. */
export interface TraceabilityFacts {
  readonly versions: readonly ApprovedVersion[];
  readonly changedAfterEvidence: ChangedAfterEvidence | null;
  readonly candidates: readonly CandidateEvidence[];
  readonly runs: readonly RunSummary[];
  readonly evaluations: readonly (EvaluationSummary & { readonly metrics: readonly TaskMetricValue[] })[];
  readonly olderSources: boolean;
  /** How many of the validation items of runs they also learned from, by run; without those of which it is not known. */
  readonly seenInValidation: ReadonlyMap<string, SeenInTraining>;
}

interface Column {
  readonly source: Omit<EvidenceSource, 'versionInForce'>;
  readonly metrics: readonly TaskMetricValue[];
}

const WHILE_TRAINING = 'validation/';

/** What a run measured last on its validation items: single numbers without interval, so they never decide alone. */
function measuredWhileTraining({ finalMetrics }: RunSummary): TaskMetricValue[] {
  return Object.entries(finalMetrics).flatMap(([name, value]) =>
    name.startsWith(WHILE_TRAINING)
      ? [{ ...measureOfSeries(name.slice(WHILE_TRAINING.length)), value, low: null, high: null, items: 0, note: null }]
      : [],
  );
}

function columnsOf({ candidates, runs, evaluations, seenInValidation }: TraceabilityFacts): Column[] {
  const ofCandidates = candidates.map(({ metrics, ...candidate }): Column => ({
    source: { kind: 'candidate', ...candidate, runNumber: null, sameAsTraining: false, seenInTraining: null },
    metrics,
  }));
  const ofRuns = runs.map((run): Column => {
    const { id, name, number: runNumber } = run;
    const at = run.finishedAt ?? run.startedAt ?? run.createdAt;
    const metrics = measuredWhileTraining(run);
    // Its numbers are of validation items, whatever its evaluations were made on.
    const ofValidation = evaluations.find(({ runId, split }) => runId === id && split === 'validation');
    const known = ofValidation?.seenInTraining ?? seenInValidation.get(id);
    const seen = metrics.length > 0 && known !== undefined && isNoEvidence(known) ? known : null;
    const about = { id, name, runNumber, at, sameAsTraining: seen !== null, seenInTraining: seen };
    return { source: { kind: 'run', ...about }, metrics };
  });
  const ofEvaluations = evaluations.map(
    ({ id, runNumber, createdAt: at, sameAsTraining, seenInTraining, metrics, ...measured }): Column => ({
      source: { kind: 'evaluation', id, name: evaluatedName(measured), runNumber, at, sameAsTraining, seenInTraining },
      metrics,
    }),
  );
  // A run stands before its evaluations, the newest run first; the sort keeps their order.
  const measured = [...ofRuns, ...ofEvaluations].toSorted(
    (one, two) => (two.source.runNumber ?? 0) - (one.source.runNumber ?? 0),
  );
  return [...ofCandidates, ...measured];
}

/** Each criterion of the newest approved version against each source of evidence. */
export function traceabilityOf(facts: TraceabilityFacts): TraceabilityMatrix {
  const { versions, changedAfterEvidence, olderSources } = facts;
  const deciding = versions.at(-1);
  const columns = columnsOf(facts);
  const cellOf = (criterion: Criterion, { metrics }: Column) => {
    const { verdict, value } = criterionVerdicts([criterion], metrics)[0] ?? { verdict: 'no-evidence', value: null };
    return { verdict, value };
  };
  return {
    version: deciding?.version ?? null,
    approvedAt: deciding?.approvedAt ?? null,
    sources: columns.map(({ source }) => ({
      ...source,
      versionInForce: versionInForce(versions, source.at)?.version ?? null,
    })),
    rows: (deciding?.criteria ?? []).map((criterion) => ({
      criterion,
      cells: columns.map((column) => cellOf(criterion, column)),
    })),
    olderSources,
    changedAfterEvidence,
  };
}
