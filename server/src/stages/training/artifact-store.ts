import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

type ArtifactRow = Awaited<ReturnType<Database['artifact']['findUniqueOrThrow']>>;

/** A file that a worker announces. */
export interface NewArtifact {
  readonly projectId: string;
  readonly runId: string;
  readonly kind: string;
  readonly name: string;
  readonly step: number | null;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Rows about the files that runs left behind. */
export interface ArtifactStore {
  find(artifactId: string): Promise<ArtifactRow | undefined>;
  findByName(runId: string, name: string): Promise<ArtifactRow | undefined>;
  /** Newest file of a kind: highest step, then latest. */
  newest(runId: string, kind: string): Promise<ArtifactRow | undefined>;
  /**
   * Keeps a file under its name. A resumed run may bring the same name with other content, which then takes its place;
   * only what an evaluation rests on stays as it is. Returns the id.
   */
  keep(transaction: Transaction, artifact: NewArtifact): Promise<string>;
}

/** Artifacts in the database. */
export function createArtifactStore(database: Database): ArtifactStore {
  return {
    async find(id) {
      return (await database.artifact.findUnique({ where: { id } })) ?? undefined;
    },
    async findByName(runId, name) {
      return (await database.artifact.findUnique({ where: { runId_name: { runId, name } } })) ?? undefined;
    },
    async newest(runId, kind) {
      const orderBy = [{ step: { sort: 'desc', nulls: 'last' } }, { createdAt: 'desc' }] as const;
      return (await database.artifact.findFirst({ where: { runId, kind }, orderBy: [...orderBy] })) ?? undefined;
    },
    async keep(transaction, { sizeBytes, ...artifact }) {
      const where = { runId_name: { runId: artifact.runId, name: artifact.name } };
      const found = await transaction.artifact.findUnique({
        where,
        include: { evaluations: { select: { id: true } } },
      });
      const data = { ...artifact, sizeBytes: BigInt(sizeBytes) };
      if (found === null) return (await transaction.artifact.create({ data: { id: newId(), ...data } })).id;
      if (found.evaluations.length === 0) await transaction.artifact.update({ where, data });
      return found.id;
    },
  };
}
