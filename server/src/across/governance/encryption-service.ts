import type { EncryptionStatus } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { aloneUnder } from '../../database/alone.ts';
import type { Database } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import type { MasterKeys } from '../../storage/master-keys.ts';
import type { SecureOutcome, Storage } from '../../storage/storage.ts';
import type { AuditService } from './audit-service.ts';

/** Any fixed number: it names the lock that puts changes of the master keys one after another. */
const MASTER_KEY_LOCK = 7_301_004;

const LOOK_AGAIN_MS = 2_000;
const LOOK_FOR_CHANGES_MS = 60_000;

/** The door to the encryption of stored files. */
export interface EncryptionService {
  status(): Promise<EncryptionStatus>;
  /** Makes a new master key, where the one seen before is still active, and has every file brought under it; throws `master-key-from-environment`, or `conflict` while that goes on. */
  rotate(person: UserPrincipal, seenKeyId: string): Promise<EncryptionStatus>;
  /** Begins to look after the files: now, after every rotation, and where another server changed the keys. */
  start(onError: (error: unknown) => void): void;
  /** Stops after the file under way; the next start goes on. */
  close(): Promise<void>;
}

/** What the service stands on. */
export interface EncryptionParts {
  readonly database: Database;
  readonly storage: Storage;
  readonly keys: MasterKeys;
  readonly audit: AuditService;
}

/** Builds the encryption service. */
export function createEncryptionService({ database, storage, keys, audit }: EncryptionParts): EncryptionService {
  const closing = new AbortController();
  let pass: EncryptionStatus['pass'] = null;
  /** The key under which all files were seen to be. */
  let settledKeyId: string | null = null;
  let wake: () => void = () => undefined;
  let loop = Promise.resolve();

  const changingKeys = aloneUnder(database, MASTER_KEY_LOCK);

  async function settle(outcome: SecureOutcome): Promise<void> {
    const { activeKeyId, files, encrypted, rewrapped, needsOldKeys } = outcome;
    await changingKeys(async (transaction) => {
      const forgotten = needsOldKeys ? [] : await keys.forgetOld(activeKeyId);
      if (encrypted === 0 && rewrapped === 0 && forgotten.length === 0) return;
      await audit.record(transaction, {
        actor: 'server',
        action: 'storage.secured',
        target: `master-key:${activeKeyId}`,
        projectId: null,
        details: { files, encrypted, rewrapped, forgottenKeys: forgotten, unreadable: outcome.unreadable.total },
      });
    });
    settledKeyId = activeKeyId;
  }

  async function run(): Promise<void> {
    const startedAt = new Date().toISOString();
    const counts = { encrypted: 0, rewrapped: 0, unreadable: { total: 0, examples: [] } };
    pass = { state: 'running', done: 0, total: 0, startedAt, finishedAt: null, ...counts };
    let outcome: SecureOutcome | null = null;
    try {
      outcome = await storage.secure(({ done, total }) => (pass = { ...pass!, done, total }), closing.signal);
      if (!outcome.isUnsettled) await settle(outcome);
    } finally {
      pass = {
        ...pass,
        state: outcome === null ? 'failed' : outcome.isUnsettled ? 'running' : 'finished',
        finishedAt: outcome === null || outcome.isUnsettled ? null : new Date().toISOString(),
        ...(outcome && {
          done: outcome.files,
          total: outcome.files,
          encrypted: outcome.encrypted,
          rewrapped: outcome.rewrapped,
          unreadable: { ...outcome.unreadable, examples: [...outcome.unreadable.examples] },
        }),
      };
    }
  }

  async function lookAfter(onError: (error: unknown) => void): Promise<void> {
    while (!closing.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      try {
        if ((await keys.current()).active.id !== settledKeyId) await run();
      } catch (error) {
        if (!closing.signal.aborted) onError(error);
      }
      const timer = setTimeout(() => wake(), pass?.state === 'running' ? LOOK_AGAIN_MS : LOOK_FOR_CHANGES_MS);
      await woken;
      clearTimeout(timer);
    }
  }

  async function status(): Promise<EncryptionStatus> {
    const { active, all } = await keys.current();
    return {
      keySource: keys.source,
      activeKey: { id: active.id, createdAt: active.createdAt },
      olderKeyIds: [...all.keys()].filter((id) => id !== active.id),
      pass,
    };
  }

  return {
    status,
    async rotate(person, seenKeyId) {
      if (keys.source === 'environment') throw new AppError('master-key-from-environment');
      await changingKeys(async (transaction) => {
        const before = await keys.current();
        if (before.active.id !== seenKeyId) return;
        // The files come under the key of the last rotation first, whichever server brings them there.
        const isUnderWay = before.active.id !== settledKeyId && pass?.state !== 'failed';
        if (before.all.size > 1 && isUnderWay) throw new AppError('conflict');
        const { id } = await keys.add();
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'storage.master-key-rotated',
          target: `master-key:${id}`,
          projectId: null,
          details: { from: before.active.id, to: id },
        });
      });
      wake();
      return status();
    },
    start(onError) {
      loop = lookAfter(onError);
    },
    async close() {
      closing.abort();
      wake();
      await loop;
    },
  };
}
