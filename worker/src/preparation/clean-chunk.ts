import { readFile } from 'node:fs/promises';
import { ItemSteps } from '@greenlight/shared/stages/data/preparation/item-steps.ts';
import { SIGNATURE_WORDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import { areComparedAlike } from '@greenlight/shared/stages/data/preparation/shingles.ts';
import type { SourceItem } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import { chunkPaths, PERSONAL, readFacts, readSignatures } from './chunk-files.ts';
import { ChunkWriter, type KnownText } from './chunk-writer.ts';
import type { CleanTask } from './thread-protocol.ts';

/** Takes a chunk of an earlier stage through the steps; what is known of texts that do not change is taken over. */
export async function cleanChunk(task: CleanTask): Promise<void> {
  const { from, folder, number, steps, dropped, isProfiled, isSampled } = task;
  const facts = await readFacts(from, number);
  if (facts === null) throw new Error('A chunk was to be cleaned before it was read.');
  const signatures = await readSignatures(from, number, facts.items);
  const lines = await readFile(chunkPaths(from, number).items);
  const writer = new ChunkWriter(folder, lines.length, { isProfiled, isSampled });
  const itemSteps = new ItemSteps(steps);
  const signature = new Uint32Array(SIGNATURE_WORDS);
  const knownOf = (index: number, before: string, after: string): KnownText => {
    const isSame = after === before;
    const personal = itemSteps.isClean(after) ? PERSONAL.none : isSame ? facts.personal[index]! : PERSONAL.unknown;
    if (!isSame && !areComparedAlike(before, after)) return { hash: null, signature: null, personal, isAsRead: false };
    signatures.copy(index, signature);
    const hash = isSame ? { high: facts.high[index]!, low: facts.low[index]! } : null;
    return { hash, signature, personal, isAsRead: facts.asRead[index] === 1 };
  };
  for (let index = 0; index < facts.items; index++) {
    if (dropped[index] === 1) continue;
    const line = lines.subarray(facts.offsets[index], facts.offsets[index + 1]);
    const before = JSON.parse(line.toString()) as SourceItem;
    const after = itemSteps.apply(before, facts.personal[index] === PERSONAL.none);
    if (typeof after === 'number') continue;
    const known = knownOf(index, before.text, after.text);
    writer.add(after, facts.rows[index]!, facts.given[index]!, known, after === before ? line : null);
  }
  const { counts } = itemSteps;
  await writer.finish(number, { steps: counts, sourceRows: 0, emptyRows: 0, errorCounts: {}, errors: [] });
}
