import type { CandidatePairs } from '@greenlight/shared/stages/data/preparation/near-duplicate-candidates.ts';
import type { ThreadPool } from './thread-pool.ts';
import type { CompareTask, StageLines } from './thread-protocol.ts';

const PAIRS_A_TASK = 4096;

/** What each pair of items comes to by a measure, computed on the threads. */
export async function compareOnThreads(
  pool: ThreadPool,
  lines: StageLines,
  { first, second }: CandidatePairs,
  measure: CompareTask['measure'],
): Promise<Float32Array> {
  const values = new Float32Array(first.length);
  const tasks = Array.from({ length: Math.ceil(first.length / PAIRS_A_TASK) }, async (_, task) => {
    const [from, to] = [task * PAIRS_A_TASK, (task + 1) * PAIRS_A_TASK];
    const found = await pool.run({
      type: 'compare',
      lines,
      first: first.slice(from, to),
      second: second.slice(from, to),
      measure,
    });
    values.set(found, from);
  });
  await Promise.all(tasks);
  return values;
}
