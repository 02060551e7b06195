import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Megabytes that a process keeps of a thread that filled its heap, let go of that, did `last` and ended. */
async function keptMegabytes(last: string): Promise<number> {
  const thread = `
    import { emptyHeap } from ${JSON.stringify(new URL('./empty-heap.ts', import.meta.url))};
    let held = Array.from({ length: 500_000 }, (_, index) => ({ index, list: [index] }));
    held = null;
    ${last};
  `;
  const code = `
    import { once } from 'node:events';
    import { Worker } from 'node:worker_threads';
    const before = process.memoryUsage.rss();
    await once(new Worker(new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(thread)}`)})), 'exit');
    console.log((process.memoryUsage.rss() - before) / 1e6);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
  return Number(stdout);
}

test('of a thread that has emptied its heap hardly anything stays when it has ended', async () => {
  const [full, emptied] = [await keptMegabytes(''), await keptMegabytes('emptyHeap()')];
  expect(full).toBeGreaterThan(50);
  expect(emptied).toBeLessThan(full - 40);
});
