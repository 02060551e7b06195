import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const web = join(root, 'web');
const built = join(web, 'dist');
const stamp = join(built, '.sources');

/** Hash of everything that goes into the page: its sources, what it shares with the server, and the versions installed. */
function sourcesHash(): string {
  const patterns = ['web/src/**/*.*', 'web/public/**/*.*', 'shared/src/**/*.*', 'web/*.*', 'package-lock.json'];
  const files = globSync(patterns, {
    cwd: root,
    exclude: (path) => /\.test\.tsx?$|(^|\/)(node_modules|dist|golden)(\/|$)/.test(path),
  });
  const digest = createHash('sha256');
  for (const file of files.toSorted())
    digest
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  return digest.digest('hex');
}

/** Builds `web/dist` when it is missing or older than its sources; throws with the builder's own message. */
export function buildWeb(): void {
  const hash = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  // Built beside and moved into place, so that a second launcher never serves half a page.
  const draft = join(root, 'node_modules', `.greenlight-web-${process.pid}`);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  try {
    const result = spawnSync(
      process.execPath,
      [vite, 'build', '--logLevel=error', '--outDir', draft, '--emptyOutDir'],
      {
        cwd: web,
        encoding: 'utf8',
        env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1' },
      },
    );
    if (result.status !== 0) throw new Error(`The web pages could not be built.\n${result.stdout}${result.stderr}`);
    writeFileSync(join(draft, '.sources'), hash);
    rmSync(built, { recursive: true, force: true });
    renameSync(draft, built);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
