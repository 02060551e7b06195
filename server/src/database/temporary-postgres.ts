import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** Starts a PostgreSQL in a folder of its own that disappears when it stops; commits are fast and not durable. */
export async function startTemporaryPostgres(binaries: PostgresBinaries): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-postgres-'));
  // As root, PostgreSQL runs under another account, which has to pass through.
  await chmod(folder, 0o755);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({
      folder,
      binaries,
      logFile: join(folder, 'postgres.log'),
      isDurable: false,
    });
    return {
      ...server,
      stop: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
