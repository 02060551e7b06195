import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { maskedError, maskedMessage, maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import type { MetricSeries, RocSnapshot } from '@greenlight/shared/stages/training/contract.ts';
import type { RunEvent, RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import type { Database } from '../../database/client.ts';

/** A log line of a run. */
export interface LogLine {
  readonly sequence: number;
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: LocalizedText;
}

/** What a run has reported, read back. */
export interface HistoryStore {
  /** Series in at most `maxPoints` buckets of steps each; every point is its own bucket where they fit. */
  series(runId: string, names: readonly string[] | undefined, maxPoints: number): Promise<MetricSeries[]>;
  rocSnapshots(runId: string): Promise<RocSnapshot[]>;
  log(runId: string, before: number | undefined, limit: number): Promise<LogLine[]>;
  /** Events after a number, oldest first. */
  eventsAfter(runId: string, after: number, limit: number): Promise<RunEvent[]>;
}

interface BucketRow {
  readonly name: string;
  readonly points: bigint;
  readonly step: number;
  readonly epoch: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly mean: number | null;
}

function gatherSeries(rows: readonly BucketRow[]): MetricSeries[] {
  const series = new Map<string, MetricSeries>();
  for (const { name, points, step, epoch, minimum, maximum, mean } of rows) {
    const empty: MetricSeries = {
      name,
      points: Number(points),
      step: [],
      epoch: [],
      minimum: [],
      maximum: [],
      mean: [],
    };
    const own = series.get(name) ?? empty;
    series.set(name, own);
    own.step.push(step);
    own.epoch.push(epoch);
    own.minimum.push(minimum);
    own.maximum.push(maximum);
    own.mean.push(mean);
  }
  return [...series.values()];
}

/** An event as people see it: what a model wrote, and what went wrong with data, may repeat what it was trained on. */
function maskedPayload(payload: RunEventPayload): RunEventPayload {
  if (payload.type === 'log') return { ...payload, message: maskedMessage(payload.message) };
  if (payload.type === 'failed') return { ...payload, error: maskedError(payload.error) };
  if (payload.type !== 'sample') return payload;
  const samples = payload.samples.map((sample) => ({
    ...sample,
    prompt: maskedText(sample.prompt),
    text: maskedText(sample.text),
  }));
  return { ...payload, samples };
}

/** The history of runs in the database. */
export function createHistoryStore(database: Database): HistoryStore {
  return {
    async series(runId, names, maxPoints) {
      const rows = await database.$queryRaw<BucketRow[]>`
        WITH chosen AS (
          SELECT name, step, epoch, value FROM metric_points
          WHERE "runId" = ${runId}::uuid AND (${names === undefined} OR name = ANY(${[...(names ?? [])]}::text[]))
        ), extent AS (
          SELECT name, count(*) AS points, min(step)::bigint AS first, max(step)::bigint AS last FROM chosen GROUP BY name
        ), placed AS (
          SELECT chosen.*, extent.points,
            CASE WHEN extent.points <= ${maxPoints} THEN step::bigint
            ELSE (step - extent.first) * ${maxPoints}::bigint / (extent.last - extent.first + 1) END AS bucket
          FROM chosen JOIN extent USING (name)
        )
        SELECT name, points, max(step) AS step, max(epoch) AS epoch,
          min(value) AS minimum, max(value) AS maximum,
          -- The mean of one value is that value, to the last bit.
          CASE WHEN count(value) = 1 THEN max(value) ELSE avg(value) END AS mean
        FROM placed GROUP BY name, points, bucket ORDER BY name, bucket`;
      return gatherSeries(rows);
    },
    async rocSnapshots(runId) {
      const rows = await database.rocSnapshot.findMany({
        where: { runId },
        orderBy: [{ step: 'asc' }, { head: 'asc' }, { average: 'asc' }],
      });
      return rows.map(({ step, average, head, auc, falsePositiveRate, truePositiveRate }) => ({
        step,
        average: average as RocSnapshot['average'],
        ...(head === '' ? {} : { head }),
        auc,
        falsePositiveRate,
        truePositiveRate,
      }));
    },
    async log(runId, before, limit) {
      const rows = await database.runEvent.findMany({
        where: { runId, type: 'log', ...(before === undefined ? {} : { sequence: { lt: before } }) },
        orderBy: { sequence: 'desc' },
        take: limit,
      });
      return rows.map(({ sequence, at, payload }) => {
        const { level, message } = payload as Pick<LogLine, 'level' | 'message'>;
        return { sequence, at: at.toISOString(), level, message: maskedMessage(message) };
      });
    },
    async eventsAfter(runId, after, limit) {
      const rows = await database.runEvent.findMany({
        where: { runId, sequence: { gt: after } },
        orderBy: { sequence: 'asc' },
        take: limit,
      });
      return rows.map(({ sequence, at, payload }) => ({
        sequence,
        at: at.toISOString(),
        payload: maskedPayload(payload as unknown as RunEventPayload),
      }));
    },
  };
}
