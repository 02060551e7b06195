import { text } from 'node:stream/consumers';
import { setImmediate as breathe } from 'node:timers/promises';
import { isPersonalToken } from '@greenlight/shared/stages/data/masked-text.ts';
import { importTokenizerJson, type ImportedTokenizer } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { Storage } from '../../storage/storage.ts';

/** A read tokenizer of 50,000 ids takes tens of megabytes. */
const MOST_KEPT = 4;
const MOST_JUDGED = 1000;
/** So many tokens are looked at before other requests have their turn. */
const TOKENS_A_TURN = 200;

/** The names of a tokenizer's ids in order, with turns for other requests in between. */
export async function* namesOf(tokenizer: ImportedTokenizer['tokenizer']): AsyncGenerator<string> {
  for (let id = 0; id < tokenizer.size; id++) {
    if (id % TOKENS_A_TURN === 0) await breathe();
    yield tokenizer.nameOf(id);
  }
}

/** Reads tokenizers from storage; callers look first whether one may still be read. */
export interface TokenizerReader {
  read(sha256: string): Promise<ImportedTokenizer>;
  /** Whether a token is personal data by itself, or the file is none that can be read, so that nobody knows. */
  mayHoldPersonalData(sha256: string): Promise<boolean>;
}

/** A reader that remembers the tokenizers that were asked for last. */
export function createTokenizerReader(storage: Storage): TokenizerReader {
  const known = new Map<string, ImportedTokenizer>();
  const judged = new Map<string, boolean>();

  async function read(sha256: string): Promise<ImportedTokenizer> {
    const before = known.get(sha256);
    const tokenizer = before ?? importTokenizerJson(await text((await storage.open(sha256)).stream));
    known.delete(sha256);
    known.set(sha256, tokenizer);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KEPT) break;
      known.delete(oldest);
    }
    return tokenizer;
  }

  async function holdsPersonalToken(sha256: string): Promise<boolean> {
    let tokenizer: ImportedTokenizer['tokenizer'];
    try {
      ({ tokenizer } = await read(sha256));
    } catch (error) {
      if (error instanceof AppError) throw error;
      return true;
    }
    for await (const name of namesOf(tokenizer)) if (isPersonalToken(name)) return true;
    return false;
  }

  return {
    read,
    async mayHoldPersonalData(sha256) {
      const before = judged.get(sha256);
      if (before !== undefined) return before;
      const verdict = await holdsPersonalToken(sha256);
      if (judged.size >= MOST_JUDGED) judged.clear();
      judged.set(sha256, verdict);
      return verdict;
    },
  };
}
