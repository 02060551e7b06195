import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'results');

/** Prints a measurement and keeps it as `bench/results/<name>.json` with the machine that it was taken on. */
export async function writeResult(name: string, result: Readonly<Record<string, unknown>>): Promise<void> {
  const processors = cpus();
  const text = JSON.stringify(
    { ...result, machine: { processor: processors[0]?.model, cores: processors.length, node: process.version } },
    null,
    2,
  );
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, `${name}.json`), `${text}\n`);
  console.log(text);
}

/** The measurement kept under a name, or null. */
export async function readResult<Result>(name: string): Promise<Result | null> {
  const path = join(FOLDER, `${name}.json`);
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Result) : null;
}
