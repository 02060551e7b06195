import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** A WebAssembly module whose function `g` calls the function `e.f` of JavaScript. */
const MODULE = [
  [0, 97, 115, 109, 1, 0, 0, 0],
  [1, 4, 1, 96, 0, 0],
  [2, 7, 1, 1, 101, 1, 102, 0, 0],
  [3, 2, 1, 0],
  [7, 5, 1, 1, 103, 0, 1],
  [10, 6, 1, 4, 0, 16, 0, 11],
].flat();

const THREAD = `
  const module = new WebAssembly.Module(new Uint8Array(${JSON.stringify(MODULE)}));
  const { g } = new WebAssembly.Instance(module, { e: { f() {} } }).exports;
  for (let call = 0; call < 1000; call++) g();
`;

/** Wrappers that V8 compiles for calls out of WebAssembly in a process that does `start` with `thread`. */
async function wrappersCompiled(start: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-thread-'));
  const code = `
    import { Worker } from 'node:worker_threads';
    import { startThread } from ${JSON.stringify(new URL('./start-thread.ts', import.meta.url))};
    const thread = new URL(${JSON.stringify(`data:text/javascript,${encodeURIComponent(THREAD)}`)});
    ${start};
  `;
  try {
    const log = join(folder, 'code.log');
    await promisify(execFile)(process.execPath, [
      ...['--log-code', '--no-logfile-per-isolate', `--logfile=${log}`, '--wasm-wrapper-tiering-budget=10'],
      ...['--input-type=module', '--eval', code],
    ]);
    return (await readFile(log, 'utf8')).split('wasm-to-js').length - 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('threads compile no wrappers for calls out of WebAssembly, which threads that end at the same time would free twice', async () => {
  const before = await wrappersCompiled('');
  expect(await wrappersCompiled('new Worker(thread)')).toBeGreaterThan(before);
  expect(await wrappersCompiled('startThread(thread)')).toBe(before);
});
