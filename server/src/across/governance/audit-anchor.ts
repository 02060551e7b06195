import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { sha256 } from '@greenlight/shared/api/identifiers.ts';
import type { AuditBreak } from '@greenlight/shared/across/governance/audit-contract.ts';
import { newId } from '../../plugins/new-id.ts';
import type { AuditStore } from './audit-store.ts';

/**
 * The last line of the audit log that this server saw, in a file beside the database: whoever changes the tables cuts the log, or
 * writes it anew with fitting hashes and a fitting head, without touching it.
 */
export interface AuditAnchor {
  /** Goes on to the last line of the log, where the line that it held stands unchanged; else it stays with that one. */
  keep(): Promise<void>;
  /** Keeps what this server appended and the file does not hold yet; at once where that is nothing. */
  keepOwn(): Promise<void>;
  /** What became of the line that it holds; null where it stands unchanged. */
  findBreak(): Promise<AuditBreak | null>;
}

const heldLine = z.object({ sequence: z.number().int().min(1), hash: sha256 });
type HeldLine = z.infer<typeof heldLine>;

/** A file that somebody spoilt holds as little as one that somebody removed. */
function lineOf(text: string): HeldLine | null {
  try {
    return heldLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Opens the anchor in a file, which need not exist yet; without the file, anything goes until the first line is kept. */
export function createAuditAnchor(path: string, store: AuditStore): AuditAnchor {
  let known: HeldLine | null | undefined;
  let underWay = Promise.resolve();
  let next: Promise<void> | undefined;

  async function held(): Promise<HeldLine | null> {
    if (known === undefined) {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      known = text === null ? null : lineOf(text);
    }
    return known;
  }

  async function findBreak(): Promise<AuditBreak | null> {
    const line = await held();
    if (line === null) return null;
    const found = (await store.hashesAt([line.sequence])).get(line.sequence);
    if (found === line.hash) return null;
    const { lastSequence } = await store.end();
    return lastSequence < line.sequence
      ? { sequence: lastSequence + 1, what: 'truncated' }
      : { sequence: line.sequence, what: 'rewritten' };
  }

  async function keepEnd(): Promise<void> {
    const { headSequence: sequence, headHash: hash, hashAtHead, lastSequence } = await store.end();
    const isWhole = sequence > 0 && lastSequence === sequence && hashAtHead === hash;
    if (!isWhole || sequence <= ((await held())?.sequence ?? 0) || (await findBreak()) !== null) return;
    const temporary = `${path}.${newId()}`;
    await writeFile(temporary, JSON.stringify({ sequence, hash }), { mode: 0o600, flush: true });
    await rename(temporary, path);
    known = { sequence, hash };
  }

  /** One at a time; who comes meanwhile shares the next, which begins after all that they appended is committed. */
  function keep(): Promise<void> {
    next ??= underWay.then(() => {
      next = undefined;
      const kept = keepEnd();
      underWay = kept.catch(() => undefined);
      return kept;
    });
    return next;
  }

  return {
    findBreak,
    keep,
    async keepOwn() {
      if (store.lastAppended() > ((await held())?.sequence ?? 0)) await keep();
    },
  };
}
