import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A published package, pinned to its bytes. */
export interface PinnedPackage {
  name: string;
  version: string;
  /** Checksum in the form that npm's lock files use. */
  integrity: string;
}

/**
 * Downloads a package with npm and unpacks the named files (paths inside the archive) into a folder; nothing of it is
 * installed or run. Throws one sentence when it cannot be fetched or is not the pinned one.
 */
export async function unpackFiles(wanted: PinnedPackage, files: readonly string[], folder: string): Promise<void> {
  const specifier = `${wanted.name}@${wanted.version}`;
  const options = { cwd: folder, shell: process.platform === 'win32' };
  const packed = await run('npm', ['pack', specifier, '--ignore-scripts', '--silent'], options).catch(
    (error: Error) => {
      throw new Error(
        `The package ${specifier} could not be downloaded: npm must reach its registry. Nothing was changed.`,
        {
          cause: error,
        },
      );
    },
  );
  const archive = join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
  const digest = createHash('sha512');
  await pipeline(createReadStream(archive), digest);
  if (`sha512-${digest.digest('base64')}` !== wanted.integrity) {
    throw new Error(
      `The downloaded package ${specifier} is not the expected one (its checksum differs). Nothing was changed.`,
    );
  }
  await run('tar', ['-xzf', archive, '-C', folder, ...files]);
}
