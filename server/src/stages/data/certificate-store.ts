import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

type CertificateRow = Awaited<ReturnType<Database['deletionCertificate']['findUniqueOrThrow']>>;

/** Certificates of what was deleted. */
export interface CertificateStore {
  add(transaction: Transaction, certificate: Omit<CertificateRow, 'content'> & { content: object }): Promise<void>;
  find(id: string): Promise<CertificateRow | null>;
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<CertificateRow[]>;
}

/** Certificates in the database. */
export function createCertificateStore(database: Database): CertificateStore {
  return {
    async add(transaction, certificate) {
      await transaction.deletionCertificate.create({ data: certificate });
    },
    find: (id) => database.deletionCertificate.findUnique({ where: { id } }),
    pageOf: (projectId, after, limit) =>
      database.deletionCertificate.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      }),
  };
}
