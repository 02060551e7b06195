import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { EvaluationSummary, TaskMetricValue } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { ChangedAfterEvidence, Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import type { SeenInTraining } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import {
  traceabilityAsCsv,
  traceabilityAsMarkdown,
} from '@greenlight/shared/stages/requirements/traceability-export.ts';
import type { TraceabilityMatrix } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { traceabilityOf, type CandidateEvidence } from '@greenlight/shared/stages/requirements/traceability.ts';
import type { RunSummary } from '@greenlight/shared/stages/training/contract.ts';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Download } from '../../plugins/download.ts';

/** More columns than these nobody reads side by side. */
const MOST_RUNS = 12;
const MOST_EVALUATIONS = 24;

/** Where the evidence for criteria lies; the later stages give it. */
export interface EvidenceSources {
  basis(projectId: string): Promise<{
    readonly versions: readonly (Requirement & { readonly approvedAt: string })[];
    readonly changedAfterEvidence: ChangedAfterEvidence | null;
  }>;
  /** Newest first. */
  runs(projectId: string, limit: number): Promise<readonly RunSummary[]>;
  /** Newest first, with one more than `limit` where there are older ones. */
  evaluations(
    projectId: string,
    limit: number,
  ): Promise<readonly (EvaluationSummary & { readonly metrics: readonly TaskMetricValue[] })[]>;
  candidates(projectId: string): Promise<readonly CandidateEvidence[]>;
  /** Of the validation items of runs, by run, as far as it is known. */
  seenInValidation(runIds: readonly string[]): Promise<ReadonlyMap<string, SeenInTraining>>;
}

/** The door to the traceability matrix. */
export interface TraceabilityService {
  matrix(projectId: string): Promise<TraceabilityMatrix>;
  file(projectId: string, format: 'csv' | 'markdown', language: Language): Promise<Download>;
}

/** Builds the traceability service on the stages that give evidence. */
export function createTraceabilityService(sources: EvidenceSources): TraceabilityService {
  async function matrix(projectId: string): Promise<TraceabilityMatrix> {
    const [basis, candidates, runs, evaluations] = await Promise.all([
      sources.basis(projectId),
      sources.candidates(projectId),
      sources.runs(projectId, MOST_RUNS + 1),
      sources.evaluations(projectId, MOST_EVALUATIONS),
    ]);
    const shownRuns = runs.slice(0, MOST_RUNS);
    return traceabilityOf({
      seenInValidation: await sources.seenInValidation(shownRuns.map(({ id }) => id)),
      ...basis,
      candidates,
      runs: shownRuns,
      evaluations: evaluations.slice(0, MOST_EVALUATIONS),
      olderSources: runs.length > MOST_RUNS || evaluations.length > MOST_EVALUATIONS,
    });
  }

  return {
    matrix,
    async file(projectId, format, language) {
      const found = await matrix(projectId);
      const text = format === 'csv' ? traceabilityAsCsv(found, language) : traceabilityAsMarkdown(found, language);
      const content = Buffer.from(text);
      return {
        stream: Readable.from([content]),
        sizeBytes: content.length,
        name: format === 'csv' ? 'traceability.csv' : 'traceability.md',
        contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'text/markdown; charset=utf-8',
        sha256: createHash('sha256').update(content).digest('hex'),
      };
    },
  };
}
