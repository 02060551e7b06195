import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { deletionCertificate, type DeletionCertificate } from '@greenlight/shared/stages/data/retention-contract.ts';
import { canonicalJson } from '../../plugins/canonical-json.ts';
import type { Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../../plugins/cursor.ts';
import type { Download } from '../../plugins/download.ts';
import { newId } from '../../plugins/new-id.ts';
import type { CertificateStore } from './certificate-store.ts';

/** The door to certificates of deletion. */
export interface CertificateService {
  /** Keeps a certificate in the transaction of the deletion, and answers what the audit log says of it. */
  issue(
    transaction: Transaction,
    of: { projectId: string; kind: DeletionCertificate['kind']; content: object; at: Date },
  ): Promise<{ id: string; sha256: string }>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: Omit<DeletionCertificate, 'content'>[]; nextCursor: string | null }>;
  /** Throws `not-found`. */
  get(id: string): Promise<DeletionCertificate>;
  /** The canonical JSON that the checksum is over. */
  open(id: string): Promise<Download>;
  projectOf(id: string): Promise<string | undefined>;
}

/** Builds the certificate service. */
export function createCertificateService(store: CertificateStore): CertificateService {
  async function get(id: string): Promise<DeletionCertificate> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return deletionCertificate.parse({ ...row, createdAt: row.createdAt.toISOString() });
  }

  return {
    async issue(transaction, { projectId, kind, content, at }) {
      const sha256 = createHash('sha256').update(canonicalJson(content)).digest('hex');
      const id = newId();
      await store.add(transaction, { id, projectId, kind, content, sha256, createdAt: at });
      return { id, sha256 };
    },
    async list(projectId, cursor, limit) {
      const rows = await store.pageOf(projectId, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      const listed = deletionCertificate.omit({ content: true });
      return {
        items: page.rows.map((row) => listed.parse({ ...row, createdAt: row.createdAt.toISOString() })),
        nextCursor: page.nextCursor,
      };
    },
    get,
    async open(id) {
      const { content, sha256 } = await get(id);
      const bytes = Buffer.from(canonicalJson(content));
      const name = `certificate-${id}.json`;
      const stream = Readable.from([bytes]);
      return { stream, sizeBytes: bytes.length, name, sha256, contentType: 'application/octet-stream' };
    },
    projectOf: async (id) => (await store.find(id))?.projectId,
  };
}
