import type { RunProgress, RunState, Sample, RocSnapshot, Run } from '@greenlight/shared/stages/training/contract.ts';
import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import type { MetricPoint, RunEvent } from '@greenlight/shared/worker-protocol/events.ts';
import type { Prisma } from '@greenlight/prisma/client';
import type { Transaction } from '../../database/client.ts';
import type { LatestMetric } from './run-rows.ts';

/** A point with the number of the event that brought it. */
export interface NumberedPoint extends MetricPoint {
  readonly sequence: number;
}

/** What a batch of events changes on its run. */
export interface ReportedChange {
  readonly state: RunState;
  readonly lastSequence: number;
  readonly leaseExpiresAt: Date | null;
  readonly latestMetrics: Readonly<Record<string, LatestMetric>>;
  readonly progress?: RunProgress;
  readonly device?: NonNullable<Run['device']>;
  readonly error?: NonNullable<Run['error']>;
  readonly finishedAt?: Date;
  /** What the present attempt has taken. */
  readonly usage?: RunUsage;
  readonly hasNewPoints: boolean;
}

/** Stores what workers report about runs; all of it inside the transaction that holds the run. */
export interface ReportStore {
  /** Inserts points that are new and returns the names and steps of those. */
  insertPoints(
    transaction: Transaction,
    runId: string,
    points: readonly NumberedPoint[],
  ): Promise<{ name: string; step: number }[]>;
  insertEvents(transaction: Transaction, runId: string, events: readonly RunEvent[]): Promise<void>;
  insertSamples(transaction: Transaction, runId: string, samples: readonly Sample[]): Promise<void>;
  insertRocSnapshots(transaction: Transaction, runId: string, snapshots: readonly RocSnapshot[]): Promise<void>;
  latestMetrics(transaction: Transaction, runId: string): Promise<Record<string, LatestMetric>>;
  apply(transaction: Transaction, runId: string, change: ReportedChange): Promise<void>;
  touchProject(transaction: Transaction, projectId: string): Promise<void>;
}

/** Reports in the database. */
export function createReportStore(): ReportStore {
  return {
    insertPoints: (transaction, runId, points) => transaction.$queryRaw<{ name: string; step: number }[]>`
      INSERT INTO metric_points ("runId", name, step, epoch, value, at, sequence)
      SELECT ${runId}::uuid, * FROM unnest(
        ${points.map(({ name }) => name)}::text[], ${points.map(({ step }) => step)}::int[],
        ${points.map(({ epoch }) => epoch)}::float8[], ${points.map(({ value }) => value)}::float8[],
        ${points.map(({ at }) => at)}::timestamptz[], ${points.map(({ sequence }) => sequence)}::int[])
      ON CONFLICT DO NOTHING RETURNING name, step`,
    async insertEvents(transaction, runId, events) {
      await transaction.$executeRaw`
        INSERT INTO run_events ("runId", sequence, at, type, payload)
        SELECT ${runId}::uuid, * FROM unnest(
          ${events.map(({ sequence }) => sequence)}::int[], ${events.map(({ at }) => at)}::timestamptz[],
          ${events.map(({ payload }) => payload.type)}::text[],
          ${events.map(({ payload }) => JSON.stringify(payload))}::jsonb[])`;
    },
    async insertSamples(transaction, runId, samples) {
      await transaction.sample.createMany({
        data: samples.map((sample) => ({ runId, ...sample, at: new Date(sample.at) })),
        skipDuplicates: true,
      });
    },
    async insertRocSnapshots(transaction, runId, snapshots) {
      await transaction.rocSnapshot.createMany({
        data: snapshots.map((snapshot) => ({ runId, ...snapshot, head: snapshot.head ?? '' })),
        skipDuplicates: true,
      });
    },
    async latestMetrics(transaction, runId) {
      const row = await transaction.run.findUniqueOrThrow({ where: { id: runId }, select: { latestMetrics: true } });
      return row.latestMetrics as unknown as Record<string, LatestMetric>;
    },
    async apply(transaction, runId, { hasNewPoints, latestMetrics, usage, ...change }) {
      if (usage !== undefined) {
        await transaction.$executeRaw`
          UPDATE runs SET usage = usage || jsonb_build_object(attempt::text, ${JSON.stringify(usage)}::jsonb)
          WHERE id = ${runId}::uuid`;
      }
      await transaction.run.update({
        where: { id: runId },
        data: {
          ...change,
          latestMetrics: latestMetrics as unknown as Prisma.InputJsonObject,
          ...(hasNewPoints ? { fruitlessAttempts: 0 } : {}),
        },
      });
    },
    async touchProject(transaction, projectId) {
      await transaction.project.update({ where: { id: projectId }, data: { changedAt: new Date() } });
    },
  };
}
