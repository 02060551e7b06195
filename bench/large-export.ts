/**
 * Export of a model whose weights are above 2 GB: `npm run bench -- large-export [architecture]`. A checkpoint of random parameters is
 * exported; ONNX's own checker reads the files by their path; a fresh process with ONNX Runtime alone must answer as the engine does with
 * the checkpoint. Needs Debian's python3-onnx, 6 GB of free disk and 8 GB of free memory.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainProcess } from '../worker/src/runtime/test-support/plain-process.ts';
import { writeResult } from './results.ts';
import type { LargeExportReply, LargeExportTask } from './support/large-export-process.ts';
import { exportedLogits, LARGE_MODELS } from './support/large-models.ts';
import { rounded } from './support/statistics.ts';

const PYTHON = '/usr/bin/python3';
const CHECKER = join(import.meta.dirname, '../worker/src/model-files/test-support/check_model.py');
const PROCESS = join(import.meta.dirname, 'support/large-export-process.ts');
const TOLERANCE = 1e-5;

/** Does one part of the work in a process of its own, so that its peak of memory is its own too. */
async function inOwnProcess(task: LargeExportTask): Promise<LargeExportReply> {
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`'${task.part}' ended with ${String(code)}`);
  return JSON.parse(text) as LargeExportReply;
}

function softmax(logits: readonly number[], width: number): number[] {
  return Array.from({ length: logits.length / width }, (_, row) => {
    const values = logits.slice(row * width, (row + 1) * width);
    const highest = values.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = values.map((value) => Math.exp(value - highest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    return powers.map((power) => power / total);
  }).flat();
}

async function main(): Promise<void> {
  const asked = process.argv[3] ?? 'decoder-only';
  const architecture = (Object.keys(LARGE_MODELS) as (keyof typeof LARGE_MODELS)[]).find((name) => name === asked);
  if (architecture === undefined) throw new Error(`Name one of ${Object.keys(LARGE_MODELS).join(', ')}.`);
  const model = LARGE_MODELS[architecture];
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-large-'));
  try {
    const written = await inOwnProcess({ part: 'write', architecture, folder });
    const checkpoint = written.path ?? '';
    const exported = await inOwnProcess({ part: 'export', architecture, folder, checkpoint });
    const files = exported.files ?? [];
    const models = files.filter(({ name }) => name.endsWith('.onnx')).map(({ path }) => path);
    const checked = spawnSync(PYTHON, [CHECKER, ...models], { encoding: 'utf8' });
    if (checked.status !== 0) throw new Error(`ONNX's checker refused the files: ${checked.stderr}`);
    const computed = await inOwnProcess({ part: 'compute', architecture, folder, checkpoint });
    const expected = computed.outputs ?? [];
    const plain = new PlainProcess();
    const logits = await exportedLogits(model, (name, feeds) => plain.run(join(folder, 'onnx', `${name}.onnx`), feeds));
    await plain.close();
    const answered = softmax(logits, model.head?.outputs ?? model.vocabularySize);
    if (expected.length === 0 || answered.length !== expected.length) throw new Error('There is nothing to compare');
    const differences = expected.map((value, index) => Math.abs(value - (answered[index] ?? Number.NaN)));
    const largestDifference = largest(differences);
    if (!(largestDifference <= TOLERANCE)) throw new Error(`The outputs differ by ${largestDifference}`);
    const gigabytes = (bytes: number): number => rounded(bytes / 1e9, 2);
    await writeResult(`large-export-${architecture}`, {
      command: `npm run bench -- large-export ${architecture}`,
      parameters: written.parameters,
      files: files.map(({ name, sizeBytes }) => ({ name, gigabytes: rounded(sizeBytes / 1e9, 4) })),
      checkerAccepted: true,
      largestDifference,
      largestRelativeDifference: largest(differences.map((difference, index) => difference / (expected[index] ?? 0))),
      exportSeconds: rounded(exported.seconds, 1),
      peakGigabytes: { export: gigabytes(exported.peakBytes), loadAndCompute: gigabytes(computed.peakBytes) },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isNaN(value) ? value : Math.max(most, value)), 0);
}

await main();
