import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A package of Debian that some tests need, and what is skipped without it. */
interface SystemPackage {
  readonly name: string;
  readonly isInstalled: () => boolean;
  readonly skipped: string;
}

function isKnownToDpkg(name: string): boolean {
  const result = spawnSync('dpkg-query', ['--show', '--showformat=${db:Status-Status}', name], { encoding: 'utf8' });
  return result.stdout?.trim() === 'installed';
}

const packages: readonly SystemPackage[] = [
  {
    name: 'chromium',
    isInstalled: () => existsSync(process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'),
    skipped: 'the journeys in a browser',
  },
  {
    name: 'fonts-noto-cjk',
    isInstalled: () => isKnownToDpkg('fonts-noto-cjk'),
    skipped: 'nothing, but screenshots show no Chinese letters',
  },
  {
    name: 'postgresql-15',
    isInstalled: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
    skipped: 'the second run of the server tests, on PostgreSQL 15',
  },
  {
    name: 'libvulkan1',
    isInstalled: () => existsSync('/usr/lib/x86_64-linux-gnu/libvulkan.so.1'),
    skipped: 'the WebGPU tests',
  },
  {
    name: 'python3-sklearn',
    isInstalled: () => spawnSync('/usr/bin/python3', ['-c', 'import sklearn']).status === 0,
    skipped: 'the comparison of stored predictions with scikit-learn',
  },
  {
    name: 'python3-onnx',
    isInstalled: () => spawnSync('/usr/bin/python3', ['-c', 'import onnx']).status === 0,
    skipped: 'the check of exported models by ONNX’s own checker',
  },
];

function apt(aptArguments: readonly string[]): boolean {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', aptArguments, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/**
 * Installs the packages that tests need and this machine lacks, where that is possible: as root, with apt. Says on standard
 * error what stays missing and what is skipped for it.
 */
export function installSystemPackages(): void {
  const missing = packages.filter((item) => !item.isInstalled());
  if (missing.length === 0) return;
  const names = missing.map((item) => item.name);
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (mayInstall) {
    console.error(`Installing ${names.join(', ')} for the tests …`);
    if (!apt(['update', '-qq']) || !apt(['install', '-y', '-qq', '--no-install-recommends', ...names])) {
      console.error('apt-get could not install all of them.');
    }
  }
  for (const item of missing.filter((candidate) => !candidate.isInstalled())) {
    const how = mayInstall ? '' : ` (as root: apt-get install ${item.name})`;
    console.error(`NOTICE: ${item.name} is not installed${how}; skipped: ${item.skipped}.`);
  }
}

/** Whether a browser for the journeys is installed. */
export function hasBrowser(): boolean {
  return packages[0]?.isInstalled() ?? false;
}
