import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The workspaces, each with a TypeScript project of its own. */
export const workspaces = ['shared', 'prisma', 'server', 'worker', 'web', 'e2e'] as const;

/** Runs a tool of node_modules in `root`; returns what it wrote when it failed, and nothing when it passed. */
function runTool(root: string, name: string, toolArguments: readonly string[]): string[] {
  const bin = join(root, 'node_modules', '.bin');
  const result = spawnSync(join(bin, name), toolArguments, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH, FORCE_COLOR: '0' },
    maxBuffer: 100_000_000,
  });
  if (result.error) return [`${name} could not be started: ${result.error.message}`];
  if (result.status === 0) return [];
  return [`${result.stdout}${result.stderr}`.trim() || `${name} ended with code ${result.status ?? result.signal}`];
}

/** Whether every file is formatted. */
export const checkFormat = (root: string): string[] => runTool(root, 'oxfmt', ['--check', '.']);

/** Type-aware lint with import cycles and file lengths, below the given folders or everywhere. */
export const checkLint = (root: string, folders: readonly string[] = []): string[] =>
  runTool(root, 'oxlint', ['--type-aware', '--format=unix', ...folders]);

/** Types of every workspace and of the scripts. */
export const checkTypes = (root: string): string[] =>
  ['.', ...workspaces].flatMap((project) => runTool(root, 'tsc', ['-p', project, '--pretty', 'false']));

/** Unused files, exports and dependencies, and dependencies that no manifest lists. */
export const checkUnused = (root: string): string[] =>
  runTool(root, 'knip', ['--no-progress', '--reporter', 'compact']);
