import type { MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import type { WorkerRates } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import type { Database, Transaction } from '../database/client.ts';
import { olderThan, type TimePlace } from '../plugins/cursor.ts';
import { newId } from '../plugins/new-id.ts';

/** What a worker says about itself. */
export interface WorkerDescription {
  readonly name: string;
  readonly version: string;
  readonly device: string;
  readonly adapter: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

type WorkerRow = Awaited<ReturnType<Database['worker']['findUniqueOrThrow']>>;

/** A worker with the run that it holds, if any. */
export type WorkerWithRun = WorkerRow & { runs: { id: string; projectId: string }[] };

/** When a worker was last heard of that counts as connected; whoever holds a run is there as well. */
export interface Heard {
  readonly from: Date;
  readonly until: Date;
}

/** The machines that train. */
export interface WorkerStore {
  register(worker: WorkerDescription): Promise<string>;
  exists(workerId: string): Promise<boolean>;
  /** Notes that a worker was heard of. */
  seen(workerId: string): Promise<void>;
  /** False where there is no such worker. */
  calibrate(workerId: string, calibration: MachineCalibration): Promise<boolean>;
  /** Undefined where there is no such worker. */
  setRates(transaction: Transaction, workerId: string, rates: WorkerRates): Promise<WorkerWithRun | undefined>;
  /** All, or those that are connected or are not, newest first. */
  page(
    connection: 'connected' | 'offline' | undefined,
    heard: Heard,
    after: TimePlace | undefined,
    limit: number,
  ): Promise<WorkerWithRun[]>;
  count(heard: Heard): Promise<{ connected: number; busy: number }>;
  /** Which of some projects a person is a member of. */
  memberOf(userId: string, projectIds: readonly string[]): Promise<ReadonlySet<string>>;
}

const withRun = {
  runs: { where: { state: { in: ['running', 'evaluating'] } }, select: { id: true, projectId: true }, take: 1 },
};

const isBusy = { runs: { some: withRun.runs.where } };
const isConnected = ({ from, until }: Heard) => ({ OR: [isBusy, { lastSeenAt: { gte: from, lte: until } }] });

/** Workers in the database. */
export function createWorkerStore(database: Database): WorkerStore {
  return {
    async register({ name, memoryBytes, ...rest }) {
      const described = { ...rest, memoryBytes: BigInt(memoryBytes), lastSeenAt: new Date() };
      const worker = await database.worker.upsert({
        where: { name },
        create: { id: newId(), name, ...described },
        update: described,
      });
      return worker.id;
    },
    async exists(workerId) {
      return (await database.worker.count({ where: { id: workerId } })) > 0;
    },
    async seen(workerId) {
      await database.worker.updateMany({ where: { id: workerId }, data: { lastSeenAt: new Date() } });
    },
    async calibrate(workerId, calibration) {
      const { count } = await database.worker.updateMany({ where: { id: workerId }, data: { calibration } });
      return count > 0;
    },
    async setRates(transaction, workerId, rates) {
      const { count } = await transaction.worker.updateMany({ where: { id: workerId }, data: { rates } });
      if (count === 0) return undefined;
      return transaction.worker.findUniqueOrThrow({ where: { id: workerId }, include: withRun });
    },
    page: (connection, heard, after, limit) =>
      database.worker.findMany({
        where: {
          ...olderThan(after),
          ...(connection === 'connected' ? { AND: isConnected(heard) } : {}),
          ...(connection === 'offline' ? { NOT: isConnected(heard) } : {}),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withRun,
      }),
    async count(heard) {
      const [connected, busy] = await Promise.all([
        database.worker.count({ where: isConnected(heard) }),
        database.worker.count({ where: isBusy }),
      ]);
      return { connected, busy };
    },
    async memberOf(userId, projectIds) {
      const where = { userId, projectId: { in: [...projectIds] } };
      const rows = await database.projectMember.findMany({
        where,
        distinct: ['projectId'],
        select: { projectId: true },
      });
      return new Set(rows.map(({ projectId }) => projectId));
    },
  };
}
