import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { readImportGraph, type Import } from './import-graph.ts';
import { forbiddenImports, importRules } from './import-rules.ts';
import { checkLint, checkUnused, workspaces } from './tools.ts';

const plantedFolder = 'worker/src/data';

/** Mistakes that lint must report: the file's text by its name, and the rule that reports it. */
const lintMistakes: readonly { readonly name: string; readonly text: string; readonly rule: string }[] = [
  { name: 'planted-promise.ts', text: 'Promise.resolve(1);\n', rule: 'no-floating-promises' },
  { name: 'planted-fetch.ts', text: "await fetch('http://127.0.0.1');\n", rule: 'no-restricted-globals' },
  { name: 'planted-length.ts', text: 'export {};\n'.repeat(401), rule: 'max-lines' },
  {
    name: 'planted-cycle-one.ts',
    text: "import { two } from './planted-cycle-two.ts';\nexport const one = (): number => two();\n",
    rule: 'no-cycle',
  },
  {
    name: 'planted-cycle-two.ts',
    text: "import { one } from './planted-cycle-one.ts';\nexport const two = (): number => one();\n",
    rule: 'no-cycle',
  },
];

/** Copies the files that git knows or would know, with links to what is installed. */
function copyCheckout(root: string, copy: string): void {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (listed.status !== 0) throw new Error('The canary needs a git checkout.');
  const files = listed.stdout.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(join(copy, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'prisma', 'generated'), join(copy, 'prisma', 'generated'));
  mkdirSync(join(copy, 'node_modules', '@greenlight'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => entry !== '@greenlight')) {
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
  for (const workspace of workspaces) {
    symlinkSync(join('..', '..', workspace), join(copy, 'node_modules', '@greenlight', workspace));
    const nested = join(root, workspace, 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, join(copy, workspace, 'node_modules'));
  }
}

function plantImport(copy: string, { from, to }: Import): void {
  const relative = posix.relative(posix.dirname(from), to);
  const specifier = to.startsWith('package:')
    ? to.slice('package:'.length)
    : to === 'prisma/generated/client.ts'
      ? '@greenlight/prisma/client'
      : relative.startsWith('.')
        ? relative
        : `./${relative}`;
  mkdirSync(join(copy, dirname(from)), { recursive: true });
  appendFileSync(join(copy, from), `import '${specifier}';\n`);
}

function plantUnused(copy: string): void {
  writeFileSync(join(copy, plantedFolder, 'planted-file.ts'), 'export const plantedInFile = 1;\n');
  appendFileSync(join(copy, 'shared', 'src', 'stages.ts'), 'export const plantedExport = 1;\n');
  const manifest = join(copy, 'worker', 'package.json');
  const content = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
  content.dependencies['planted-dependency'] = '1.0.0';
  writeFileSync(manifest, JSON.stringify(content));
}

/**
 * Plants one violation of every rule in a copy of the checkout and returns a line for each that the tools did not report:
 * such tools go blind silently, when a parser, a resolver or a pattern changes.
 */
export function checkCanary(root: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'greenlight-canary-'));
  try {
    copyCheckout(root, copy);
    for (const mistake of lintMistakes) writeFileSync(join(copy, plantedFolder, mistake.name), mistake.text);
    plantUnused(copy);
    const lint = checkLint(copy, [plantedFolder]).join('\n').split('\n');
    const unused = checkUnused(copy).join('\n');
    for (const rule of importRules) plantImport(copy, rule.example);
    const imports = new Set(forbiddenImports(readImportGraph(copy).imports));
    return [
      ...importRules
        .map((rule) => `${rule.example.from} imports ${rule.example.to}: ${rule.because}`)
        .filter((line) => !imports.has(line)),
      ...lintMistakes
        .filter(({ name, rule }) => !lint.some((line) => line.includes(name) && line.includes(rule)))
        .map(({ name, rule }) => `lint does not report ${rule} in ${name}`),
      ...['planted-file.ts', 'plantedExport', 'planted-dependency']
        .filter((name) => !unused.includes(name))
        .map((name) => `the search for unused code does not report ${name}`),
    ].map((line) => `planted and not reported: ${line}`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
