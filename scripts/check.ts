// npm run check: everything that can be said about the code without running it.
import { join } from 'node:path';
import { checkCanary } from './check/canary.ts';
import { readImportGraph } from './check/import-graph.ts';
import { forbiddenImports } from './check/import-rules.ts';
import { checkMigrations } from './check/schema-check.ts';
import { checkFormat, checkLint, checkTypes, checkUnused } from './check/tools.ts';

const root = join(import.meta.dirname, '..');
/** Fewer modules than this means that the graph no longer sees the project. */
const fewestModules = 300;

function checkImports(): string[] {
  const graph = readImportGraph(root);
  return [
    ...forbiddenImports(graph.imports),
    ...graph.unresolved.map(({ from, to }) => `${from} imports ${to}, which does not exist`),
    ...(graph.modules.length < fewestModules
      ? [`only ${graph.modules.length} modules were seen, of at least ${fewestModules}`]
      : []),
  ];
}

const checks: readonly (readonly [name: string, run: () => string[] | Promise<string[]>])[] = [
  ['format', () => checkFormat(root)],
  ['import directions', checkImports],
  ['types', () => checkTypes(root)],
  ['lint', () => checkLint(root)],
  ['unused code', () => checkUnused(root)],
  ['migrations say what the schema says', checkMigrations],
  ['planted violations are reported', () => checkCanary(root)],
];

let failures = 0;
for (const [name, run] of checks) {
  const startedAt = performance.now();
  const problems = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  for (const problem of problems) console.log(problem.replaceAll(/^/gm, '     '));
  if (problems.length > 0) failures += 1;
}
console.log(failures === 0 ? 'All checks passed.' : `${failures} of ${checks.length} checks failed.`);
process.exitCode = failures === 0 ? 0 : 1;
