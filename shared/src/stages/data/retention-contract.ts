import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { datasetVersion } from './contract.ts';

const statedReason = z.string().trim().min(5).max(500);
const versionParams = z.object({ datasetVersionId: id });

export const setRetention = defineRoute({
  id: 'setRetention',
  method: 'PUT',
  path: '/api/dataset-versions/{datasetVersionId}/retention',
  summary: 'Until when the content of a version is kept, null for no end; the reason goes into the audit log.',
  permission: 'data:erase',
  params: versionParams,
  body: z.object({ keptUntil: moment.nullable(), reason: statedReason }),
  reply: datasetVersion,
  errors: ['content-deleted', 'retention-past'],
});

export const setLegalHold = defineRoute({
  id: 'setLegalHold',
  method: 'PUT',
  path: '/api/dataset-versions/{datasetVersionId}/legal-hold',
  summary: 'Suspend the deletion of a version, or lift the suspension; the reason goes into the audit log.',
  permission: 'data:hold',
  params: versionParams,
  body: z.object({ isHeld: z.boolean(), reason: statedReason }),
  reply: datasetVersion,
  errors: ['content-deleted'],
});

/** What was deleted, in a form that proves itself: `sha256` is over the canonical JSON of `content` (keys sorted, no spaces). */
export const deletionCertificate = z
  .object({
    id,
    projectId: id,
    kind: z.enum(['retention', 'erasure']),
    content: z.record(z.string(), z.unknown()),
    sha256,
    createdAt: moment,
  })
  .meta({ id: 'DeletionCertificate' });

/** What was deleted, in a form that proves itself. */
export type DeletionCertificate = z.infer<typeof deletionCertificate>;

/** What people can say became of a worker's disk that does not come back. */
export const COPY_OUTCOMES = ['wiped', 'destroyed', 'out-of-reach'] as const;

/** What people can say became of such a disk. */
export type CopyOutcome = (typeof COPY_OUTCOMES)[number];

/** For so many minutes a worker must have been silent before people may say what became of it. */
export const MINUTES_BEFORE_STATEMENT = 5;

/**
 * What a worker says of copies on its disk of what was deleted: `removed`; it had `none`; they are still `held`, such as while a job ends; `needed`,
 * because the same content also belongs to data that was not deleted; or `unconfirmed`, because it has not been heard of since.
 */
const copiesOnWorker = z.object({
  workerId: id,
  worker: z.string(),
  state: z.enum(['removed', 'none', 'held', 'needed', 'unconfirmed']),
  /** When the removal was confirmed, or when it was last certain that there is none. */
  at: moment.nullable(),
  lastSeenAt: moment,
  /** What a person last said became of a worker that does not come back; it confirms nothing by itself. */
  stated: z.object({ outcome: z.enum(COPY_OUTCOMES), reason: z.string(), by: z.string(), at: moment }).nullable(),
});

/** What a worker says of copies on its disk of what was deleted. */
export type CopiesOnWorker = z.infer<typeof copiesOnWorker>;

/** A certificate, which never changes, with what workers have confirmed so far. */
const certificateWithCopies = deletionCertificate
  .extend({ copiesOnWorkers: z.array(copiesOnWorker) })
  .meta({ id: 'DeletionCertificateWithCopies' });

/** A certificate, which never changes, with what workers have confirmed so far. */
export type CertificateWithCopies = z.infer<typeof certificateWithCopies>;

export const listDeletionCertificates = defineRoute({
  id: 'listDeletionCertificates',
  method: 'GET',
  path: '/api/projects/{projectId}/deletion-certificates',
  summary: 'What was deleted in a project, on schedule or for a person, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(deletionCertificate.omit({ content: true })),
});

export const getDeletionCertificate = defineRoute({
  id: 'getDeletionCertificate',
  method: 'GET',
  path: '/api/deletion-certificates/{certificateId}',
  summary: 'A certificate of deletion, and what each worker has confirmed so far about copies on its disk.',
  permission: 'project:read',
  params: z.object({ certificateId: id }),
  reply: certificateWithCopies,
});

export const downloadDeletionCertificate = defineRoute({
  id: 'downloadDeletionCertificate',
  method: 'GET',
  path: '/api/deletion-certificates/{certificateId}/content',
  summary:
    'The content of a certificate as canonical JSON: its SHA-256 is the one that the certificate and the audit log name.',
  permission: 'project:read',
  params: z.object({ certificateId: id }),
  stream: 'download',
});

export const stateCopyOutcome = defineRoute({
  id: 'stateCopyOutcome',
  method: 'POST',
  path: '/api/deletion-certificates/{certificateId}/copy-statements',
  summary:
    'Say what became of the disk of a worker that does not come back to confirm; it stands beside the certificate and in the audit log. The same statement again changes nothing.',
  permission: 'data:erase',
  params: z.object({ certificateId: id }),
  body: z.object({ workerId: id, outcome: z.enum(COPY_OUTCOMES), reason: statedReason }),
  reply: certificateWithCopies,
  errors: ['worker-answers'],
});
