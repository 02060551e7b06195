import { rm } from 'node:fs/promises';
import { CONTAINED_SHARE } from '@greenlight/shared/stages/data/preparation/containment.ts';
import {
  containmentCandidates,
  type ContainedPair,
} from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { chunkPaths } from './chunk-files.ts';
import { compareOnThreads } from './compare-pairs-on-threads.ts';
import type { LineMemory } from './line-memory.ts';
import { sampledRuns, samplesOf } from './sample-runs.ts';
import { sharedCopy, type Stage } from './stage.ts';
import type { ThreadPool } from './thread-pool.ts';

/** One pair for every four items is compared, and so many where there are few items. */
const FEWEST_PAIRS = 50_000;

/** The texts of a stage that stand within longer ones, in the order of the longer ones; `group` and `same` as of its near-duplicates. */
export async function containedTexts(
  pool: ThreadPool,
  memory: LineMemory,
  stage: Stage,
  same: Uint32Array,
  group: Uint32Array,
): Promise<ContainedPair[]> {
  const { folder, starts, offsets, sizes, chunks } = stage;
  const counts = await Promise.all(
    Array.from({ length: chunks }, async (_, chunk) => {
      const sampled = await sampledRuns(folder, chunk, starts[chunk + 1]! - starts[chunk]!);
      const ofChunk = offsets.subarray(starts[chunk]! + chunk, starts[chunk + 1]! + chunk + 1);
      return sampled ?? pool.run({ type: 'sample', folder, chunk, offsets: ofChunk });
    }),
  );
  const runs = counts.reduce((sum, count) => sum + count, 0);
  const items = { sizes, group: sharedCopy(group), same: sharedCopy(same) };
  const { inner, outer } = await containmentCandidates(runs, samplesOf(folder, starts), same, {
    parts: chunks,
    choose: (chunk, { cells }) => pool.run({ type: 'choose-probes', folder, starts, chunk, cells, same: items.same }),
    propose: (chunk, tables) => pool.run({ type: 'propose-contained', folder, starts, chunk, tables, items }),
  });
  await Promise.all(counts.map((_, chunk) => rm(chunkPaths(folder, chunk).runs)));
  const most = Math.max(FEWEST_PAIRS, same.length >>> 2);
  const candidates = { first: inner.subarray(0, most), second: outer.subarray(0, most) };
  if (candidates.first.length === 0) return [];
  const shares = await compareOnThreads(pool, await memory.take(stage), candidates, 'containment');
  return Array.from(shares, (share, pair) => ({ inner: inner[pair]!, outer: outer[pair]!, share })).filter(
    ({ share }) => share >= CONTAINED_SHARE,
  );
}
