import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

/** One import: the importing file, and the file (or `package:name`) that it resolves to, as paths from the root. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every module of the project and every import between them. */
export interface ImportGraph {
  readonly modules: readonly string[];
  readonly imports: readonly Import[];
  /** Imports of files that do not exist, which would make the graph blind. */
  readonly unresolved: readonly Import[];
}

const sources = ['{shared,prisma,server,worker,web,e2e,scripts,bench}/**/*.{ts,tsx,mts,mjs}', '*.{ts,mjs}'];
const generated = /(^|\/)(node_modules|dist|generated|artifacts)(\/|$)/;

// The formatter fixes how imports look: single quotes, one statement to a semicolon.
const statement = /^(?:import|export)\s(?:[^;'"`]*?\sfrom\s)?'([^']+)'/gm;
const call = /\b(?:import|resolve)\('([^']+)'\)/g;

/** The modules that `text` imports, in types and dynamically too. */
function importedModules(text: string): string[] {
  return [statement, call].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Where an import leads, as a path from the root; `exports` of our own packages name files as they lie. */
function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
  if (specifier === '@greenlight/prisma/client') return 'prisma/generated/client.ts';
  const ours = /^@greenlight\/([^/]+)\/(.+)$/.exec(specifier);
  if (!ours) return `package:${packageName(specifier)}`;
  const [, workspace, path] = ours;
  return workspace === 'prisma' ? `prisma/${path}` : `${workspace}/src/${path}`;
}

/** Reads the graph of the checkout at `root`. */
export function readImportGraph(root: string): ImportGraph {
  const modules = globSync(sources, { cwd: root, exclude: (path) => generated.test(path.split(sep).join('/')) })
    .map((path) => path.split(sep).join('/'))
    .toSorted();
  const imports = modules.flatMap((from) =>
    importedModules(readFileSync(join(root, from), 'utf8')).map((specifier) => ({
      from,
      to: resolveImport(from, specifier),
    })),
  );
  const unresolved = imports.filter(({ to }) => !to.startsWith('package:') && !existsSync(join(root, to)));
  return { modules, imports, unresolved };
}
