import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { moment } from '../../api/identifiers.ts';

const count = z.int().min(0);
const keyId = z.string();

/** How stored files are encrypted, and how far the pass is that brings all of them under the active master key. */
export const encryptionStatus = z
  .object({
    /** Where the active master key comes from: set from outside, or a file in the data directory. */
    keySource: z.enum(['environment', 'file']),
    activeKey: z.object({ id: keyId, createdAt: moment.nullable() }),
    /** Keys that are still at hand because files may need them. */
    olderKeyIds: z.array(keyId),
    /** The pass that goes on or the last one, by this server; null before the first. */
    pass: z
      .object({
        state: z.enum(['running', 'finished', 'failed']),
        done: count,
        total: count,
        startedAt: moment,
        finishedAt: moment.nullable(),
        /** Files that were plain before it. */
        encrypted: count,
        /** Files whose data key came under the active master key. */
        rewrapped: count,
        /** Files that no key at hand opens, or that are damaged: how many, and the checksums of the first hundred. */
        unreadable: z.object({ total: count, examples: z.array(z.string()) }),
      })
      .nullable(),
  })
  .meta({ id: 'EncryptionStatus' });

/** How stored files are encrypted. */
export type EncryptionStatus = z.infer<typeof encryptionStatus>;

export const getEncryption = defineRoute({
  id: 'getEncryption',
  method: 'GET',
  path: '/api/encryption',
  summary: 'How stored files are encrypted: the master key by its id, and how many files are under it.',
  permission: 'admin',
  reply: encryptionStatus,
});

export const rotateMasterKey = defineRoute({
  id: 'rotateMasterKey',
  method: 'POST',
  path: '/api/encryption/rotate',
  summary:
    'Make a new master key and bring the key of every file under it; contents are not rewritten. The old key is forgotten once no file needs it.',
  permission: 'admin',
  /** The key that is to be replaced: where another one is active already, nothing happens. */
  body: z.object({ before: keyId }),
  reply: encryptionStatus,
  errors: ['master-key-from-environment', 'conflict'],
});
