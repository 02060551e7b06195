/** `npm run bench -- <name>` runs `bench/<name>.ts` with the memory settings of the worker; without a name it lists what there is. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { WORKER_MEMORY } from '../scripts/launcher/worker-memory.ts';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !['run.ts', 'results.ts'].includes(file))
  .map((file) => file.slice(0, -3));
const given = process.argv.slice(2);
const [name] = given;
if (name !== undefined && names.includes(name)) {
  // The C library reads them when a process starts.
  const child = spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, `${name}.ts`), ...given], {
    env: { ...WORKER_MEMORY, ...process.env },
    stdio: 'inherit',
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
  console.error(`Name a measurement: ${names.join(', ')}.`);
  process.exitCode = 1;
}
