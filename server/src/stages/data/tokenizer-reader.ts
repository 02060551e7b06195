import { text } from 'node:stream/consumers';
import { importTokenizerJson, type ImportedTokenizer } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import type { Storage } from '../../storage/storage.ts';

/** A read tokenizer of 50,000 ids takes tens of megabytes. */
const MOST_KEPT = 4;

/** Reads tokenizers from storage; callers look first whether one may still be read. */
export interface TokenizerReader {
  read(sha256: string): Promise<ImportedTokenizer>;
}

/** A reader that remembers the tokenizers that were asked for last. */
export function createTokenizerReader(storage: Storage): TokenizerReader {
  const known = new Map<string, ImportedTokenizer>();
  return {
    async read(sha256) {
      const before = known.get(sha256);
      const tokenizer = before ?? importTokenizerJson(await text((await storage.open(sha256)).stream));
      known.delete(sha256);
      known.set(sha256, tokenizer);
      for (const oldest of known.keys()) {
        if (known.size <= MOST_KEPT) break;
        known.delete(oldest);
      }
      return tokenizer;
    },
  };
}
