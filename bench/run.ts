/** `npm run bench -- <name>` runs `bench/<name>.ts`; without a name it lists what there is. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !['run.ts', 'results.ts'].includes(file))
  .map((file) => file.slice(0, -3));
const [name] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  await import(join(import.meta.dirname, `${name}.ts`));
} else {
  console.error(`Name a measurement: ${names.join(', ')}.`);
  process.exitCode = 1;
}
