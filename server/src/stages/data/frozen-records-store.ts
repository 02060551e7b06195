import type { Database } from '../../database/client.ts';
import { pages, ROWS_A_ROUND } from './pages.ts';

/** More lines of the audit log than these a certificate only counts. */
const MOST_LINES = 1000;
/** More records than these a certificate only counts. */
const MOST_LISTED = 500;

/** A record that names somebody and stays as it is, with why. */
export interface KeptRecord {
  readonly of: 'requirement' | 'selection' | 'decision' | 'deletion-certificate' | 'dataset-version' | 'run';
  readonly id: string;
  readonly because: 'approved' | 'decided' | 'append-only' | 'name-of-task';
}

/** The records that name somebody and stay. */
export interface KeptRecords {
  readonly records: readonly KeptRecord[];
  /** How many more there are than are listed. */
  readonly more: number;
  /** How many lines of the audit log, of the project and of what concerns no project. */
  readonly auditEvents: number;
  /** The first of these lines, by sequence number. */
  readonly auditLines: readonly number[];
}

/** What was approved, decided or logged in a project, which nobody may change. */
export interface FrozenRecordsStore {
  /** The records of a project that name somebody. */
  naming(projectId: string, isMeant: (text: string) => boolean): Promise<KeptRecords>;
}

/** Whether a text anywhere in a JSON value, or the name of a member, names somebody. */
function isNamedIn(value: unknown, isMeant: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isMeant(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, member]) => isNamedIn(member, isMeant) || (!Array.isArray(value) && isMeant(name)),
  );
}

interface Row {
  readonly id: string;
}

/** These records in the database. */
export function createFrozenRecordsStore(database: Database): FrozenRecordsStore {
  const after = (cursor: Row | undefined) => ({
    ...{ orderBy: { id: 'asc' } as const, take: ROWS_A_ROUND },
    ...(cursor === undefined ? {} : { skip: 1, cursor: { id: cursor.id } }),
  });

  /** Runs, criteria and curves are found by the names of tasks, so these stay. */
  async function* namingInTasks(projectId: string, isNamed: (row: unknown) => boolean): AsyncGenerator<KeptRecord> {
    const because = 'name-of-task';
    for await (const rows of pages<Row & { tasks: unknown }>((cursor) =>
      database.datasetVersion.findMany({ where: { projectId }, select: { id: true, tasks: true }, ...after(cursor) }),
    )) {
      for (const { id, tasks } of rows) {
        if ((tasks as { name: string }[]).some(({ name }) => isNamed(name)))
          yield { of: 'dataset-version', id, because };
      }
    }
    for await (const rows of pages<Row & { configuration: unknown }>((cursor) =>
      database.run.findMany({ where: { projectId }, select: { id: true, configuration: true }, ...after(cursor) }),
    )) {
      for (const { id, configuration } of rows) {
        const { auxiliaryTasks = [] } = configuration as { auxiliaryTasks?: { name: string }[] };
        if (auxiliaryTasks.some(({ name }) => isNamed(name))) yield { of: 'run', id, because };
      }
    }
  }

  async function* naming(projectId: string, isNamed: (row: unknown) => boolean): AsyncGenerator<KeptRecord> {
    const ofCriterion = { select: { unit: true, slice: true, task: true, reason: true } } as const;
    const content = { goal: true, users: true, constraints: true, risks: true, questions: true } as const;
    const written = { ...content, editedBy: true, criteria: ofCriterion } as const;
    const ofEvent = { select: { actor: true, reason: true, invitedBy: true } } as const;
    const select = { id: true, state: true, ...written, events: ofEvent } as const;
    for await (const rows of pages<Row & { state: string; events: unknown; criteria: { task: string | null }[] }>(
      (cursor) => database.requirement.findMany({ where: { projectId }, select, ...after(cursor) }),
    )) {
      for (const { id, state, events, ...said } of rows) {
        if (state === 'approved' && isNamed([said, events])) yield { of: 'requirement', id, because: 'approved' };
        else if (isNamed(events)) yield { of: 'requirement', id, because: 'append-only' };
        else if (said.criteria.some(({ task }) => isNamed(task)))
          yield { of: 'requirement', id, because: 'name-of-task' };
      }
    }
    yield* namingInTasks(projectId, isNamed);
    for await (const rows of pages<Row>((cursor) =>
      database.selection.findMany({
        where: { projectId, state: 'decided' },
        select: { id: true, criteria: true, cells: true, decision: true, editedBy: true },
        ...after(cursor),
      }),
    )) {
      for (const { id, ...said } of rows) if (isNamed(said)) yield { of: 'selection', id, because: 'decided' };
    }
    for await (const rows of pages<Row>((cursor) =>
      database.decision.findMany({
        where: { projectId },
        select: { id: true, title: true, rationale: true, dissent: true, actor: true, evidence: true },
        ...after(cursor),
      }),
    )) {
      for (const { id, ...said } of rows) if (isNamed(said)) yield { of: 'decision', id, because: 'append-only' };
    }
    for await (const rows of pages<Row>((cursor) =>
      database.deletionCertificate.findMany({
        ...{
          where: { projectId },
          select: { id: true, content: true, statements: { select: { reason: true, statedBy: true } } },
          ...after(cursor),
        },
      }),
    )) {
      for (const { id, ...said } of rows) {
        if (isNamed(said)) yield { of: 'deletion-certificate', id, because: 'append-only' };
      }
    }
  }

  return {
    async naming(projectId, isMeant) {
      const isNamed = (row: unknown) => isNamedIn(row, isMeant);
      const records: KeptRecord[] = [];
      let more = 0;
      for await (const record of naming(projectId, isNamed)) {
        if (records.length < MOST_LISTED) records.push(record);
        else more++;
      }
      let auditEvents = 0;
      const auditLines: number[] = [];
      for await (const rows of pages<{ sequence: bigint; actor: string; target: string; details: unknown }>((cursor) =>
        database.auditEvent.findMany({
          where: { OR: [{ projectId }, { projectId: null }] },
          orderBy: { sequence: 'asc' },
          take: ROWS_A_ROUND,
          select: { sequence: true, actor: true, target: true, details: true },
          ...(cursor === undefined ? {} : { skip: 1, cursor: { sequence: cursor.sequence } }),
        }),
      )) {
        const lines = rows.filter(({ actor, target, details }) => isNamed([actor, target, details]));
        auditEvents += lines.length;
        const listed = lines.slice(0, MOST_LINES - auditLines.length);
        auditLines.push(...listed.map(({ sequence }) => Number(sequence)));
      }
      return { records, more, auditEvents, auditLines };
    },
  };
}
