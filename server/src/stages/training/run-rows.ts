import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { maskedError, maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import type {
  Artifact,
  Run,
  RunProgress,
  RunState,
  RunSummary,
  Sample,
} from '@greenlight/shared/stages/training/contract.ts';
import type { RunEvaluations } from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { totalUsage, type RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import { BEST_CHECKPOINT } from '@greenlight/shared/worker-protocol/contract.ts';
import type { Prisma } from '@greenlight/prisma/client';

/** What a run's summary is read from. */
export const summaryInclude = {
  evaluations: { select: { id: true }, orderBy: { createdAt: 'desc' as const }, take: 1 },
  sweep: { select: { id: true, number: true } },
} satisfies Prisma.RunInclude;

/** What a whole run is read from. */
export const runInclude = {
  ...summaryInclude,
  worker: { select: { name: true } },
  tokenizer: { select: { id: true, kind: true, size: true, sha256: true, datasetVersionId: true } },
  samples: { orderBy: [{ step: 'desc' as const }, { prompt: 'asc' as const }], take: 200 },
  artifacts: { where: { kind: { not: BEST_CHECKPOINT } }, orderBy: { createdAt: 'asc' as const } },
  events: { where: { type: 'started' }, orderBy: { sequence: 'desc' as const }, take: 1 },
} satisfies Prisma.RunInclude;

/** The last step and value of a metric, as runs keep it. */
export interface LatestMetric {
  readonly step: number;
  readonly value: number | null;
}

type SummaryRow = Prisma.RunGetPayload<{ include: typeof summaryInclude }>;
type RunRow = Prisma.RunGetPayload<{ include: typeof runInclude }>;
type ArtifactRow = Prisma.ArtifactGetPayload<object>;

/** What a run has taken, from what each attempt told by its number; null where none has. */
export function usageOf(attempts: unknown): RunUsage | null {
  return totalUsage(Object.values(attempts as Record<string, RunUsage>));
}

/** The last values by name as clients see them. */
function finalMetricsOf(latest: unknown): Record<string, number | null> {
  const entries = Object.entries(latest as Record<string, LatestMetric>);
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
}

/** A row as the summary that lists show. */
export function toRunSummary(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    projectId: row.projectId,
    number: row.number,
    name: row.name as LocalizedText,
    state: row.state as RunState,
    progress: row.progress as RunProgress | null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    finalMetrics: finalMetricsOf(row.latestMetrics),
    evaluationId: row.evaluations[0]?.id ?? null,
    sweep: row.sweep,
  };
}

function toSample({ step, prompt, text, at }: Prisma.SampleGetPayload<object>): Sample {
  return { step, prompt: maskedText(prompt), text: maskedText(text), at: at.toISOString() };
}

/** What a configuration takes; a mask may be longer than what it hides. */
const LONGEST_PROMPT = 200;

/** What people typed to try a model with may be somebody's message. */
function maskedPrompts(configuration: RunConfiguration): RunConfiguration {
  return {
    ...configuration,
    samplePrompts: configuration.samplePrompts.map((prompt) => maskedText(prompt).slice(0, LONGEST_PROMPT)),
  };
}

/** A stored file as clients see it. */
function toArtifact(row: ArtifactRow): Artifact {
  return {
    id: row.id,
    kind: row.kind as Artifact['kind'],
    name: row.name,
    sizeBytes: Number(row.sizeBytes),
    sha256: row.sha256,
    step: row.step,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A row as everything that the page of a run shows, but for where it begins. */
export function toRun(row: RunRow): Omit<Run, 'startedFrom'> {
  return {
    ...toRunSummary(row),
    configuration: maskedPrompts(row.configuration as unknown as RunConfiguration),
    datasetVersionId: row.datasetVersionId,
    tokenizer: row.tokenizer as Run['tokenizer'],
    device: row.device as Run['device'],
    evaluations: (row.events[0]?.payload as { evaluations?: RunEvaluations } | undefined)?.evaluations ?? null,
    workerName: row.worker?.name ?? null,
    attempt: row.attempt,
    notes: row.notes as LocalizedText,
    error: maskedError(row.error as Run['error']),
    cancelRequestedAt: row.cancelRequestedAt?.toISOString() ?? null,
    plan: row.plan as RunPlan | null,
    usage: usageOf(row.usage),
    samples: row.samples.map(toSample),
    artifacts: row.artifacts.map(toArtifact),
    lastSequence: row.lastSequence,
  };
}
