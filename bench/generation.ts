/**
 * Generation with a cache against PyTorch on the same machine: `npm run bench -- generation [--rounds 9]`. The same weights and prompts,
 * greedy, a fixed number of tokens, in alternation; the ids written prove that it is the same model. Ratios above 1 mean that the engine is faster.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { createEngine } from '../worker/src/training/create-engine.ts';
import type { Engine } from '../worker/src/training/engine.ts';
import { writeResult } from './results.ts';
import { COMMAND_SETTING, comparisonName, PytorchProcess, type PytorchFacts } from './support/pytorch.ts';
import { waitForQuietMachine } from './support/quiet-machine.ts';
import { quantile, rounded, spreadOf } from './support/statistics.ts';
import { ADAM, GENERATION_CASES, type GenerationCase } from './support/training-models.ts';

const PROMPT_TOKENS = 16;
const TOKENS = 64;
const BATCH_SIZES = [1, 8];
const PATIENCE_MS = 120_000;
const PYTORCH_WAYS = ['joined', 'inPlace'] as const;

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '9' } },
});

/** Texts written together: what was written, time to the first token of all, and to the last. */
interface Written {
  ids: number[][];
  firstMs: number;
  totalMs: number;
}

type Writer = (prompts: number[][]) => Promise<Written>;

function randomPrompts(count: number, vocabularySize: number): number[][] {
  const key = randomKey(7, count);
  return Array.from({ length: count }, (_, row) =>
    Array.from(
      { length: PROMPT_TOKENS },
      (_unused, place) => 4 + Math.floor(uniformAt(key, row * PROMPT_TOKENS + place) * (vocabularySize - 4)),
    ),
  );
}

function engineWriter(engine: Engine): Writer {
  return async (prompts) => {
    const started = performance.now();
    const group = engine.openTextGroup();
    const requests = prompts.map((prompt) => ({
      prompt: Int32Array.from(prompt),
      maxTokens: TOKENS,
      temperature: 0,
      seed: 1,
    }));
    const texts = await group.join(requests);
    const firstMs = performance.now() - started;
    while (group.size > 0) await group.advance();
    return { ids: texts.map(({ ids }) => [...ids]), firstMs, totalMs: performance.now() - started };
  };
}

/** Share of ids that both wrote alike, up to the first difference of each text: rounding decides between near-equal scores. */
function agreement(ours: number[][], theirs: number[][]): number {
  const same = ours.map((ids, row) => {
    const difference = ids.findIndex((id, place) => id !== theirs[row]?.[place]);
    return difference === -1 ? ids.length : difference;
  });
  return same.reduce((sum, count) => sum + count, 0) / (ours.length * TOKENS);
}

async function alternate(writers: Record<string, Writer>, prompts: number[][]) {
  const times = Object.fromEntries(Object.keys(writers).map((name) => [name, [] as Written[]]));
  for (let round = 0; round < Number(options.rounds); round++) {
    await waitForQuietMachine(PATIENCE_MS);
    for (const [name, write] of Object.entries(writers)) {
      await write(prompts);
      times[name]?.push(await write(prompts));
    }
  }
  return times;
}

async function compareBatch(writers: Record<string, Writer>, subject: GenerationCase, batchSize: number) {
  const prompts = randomPrompts(batchSize, subject.model.vocabularySize);
  const times = await alternate(writers, prompts);
  const ours = times['engine'] ?? [];
  if (ours.some(({ ids }) => ids.some((text) => text.length !== TOKENS))) {
    throw new Error('A text ended early: choose another seed for the prompts');
  }
  const median = (name: string, key: 'firstMs' | 'totalMs') =>
    quantile(
      (times[name] ?? []).map((written) => written[key]),
      0.5,
    );
  const fastest = PYTORCH_WAYS.reduce((best, way) => (median(way, 'totalMs') < median(best, 'totalMs') ? way : best));
  const theirs = times[fastest] ?? [];
  const sameIds = agreement(ours[0]?.ids ?? [], theirs[0]?.ids ?? []);
  if (sameIds < 0.9)
    throw new Error(`Only ${Math.round(sameIds * 100)} % of the ids agree: this is not the same model`);
  const ratios = (key: 'firstMs' | 'totalMs') =>
    spreadOf(
      ours.map((written, round) => (theirs[round]?.[key] ?? Number.NaN) / written[key]),
      3,
    );
  const perSecond = (name: string) => Math.round((batchSize * TOKENS * 1000) / median(name, 'totalMs'));
  const firstTokenShare = rounded(median('engine', 'firstMs') / median(fastest, 'firstMs'), 3);
  const result = {
    batchSize,
    fasterThanPytorch: ratios('totalMs'),
    firstTokenTimeAgainstPytorch: firstTokenShare,
    tokensPerSecond: { engine: perSecond('engine'), pytorch: perSecond(fastest) },
    firstTokenMs: {
      engine: rounded(median('engine', 'firstMs'), 2),
      pytorch: rounded(median(fastest, 'firstMs'), 2),
    },
    pytorchCache: fastest,
    sameIds: rounded(sameIds, 3),
  };
  console.error(
    `${subject.name}, batch ${batchSize}: ${result.fasterThanPytorch.median} times PyTorch, first token ${firstTokenShare} of its time`,
  );
  return result;
}

async function compare(subject: GenerationCase, folder: string) {
  const settings = { model: subject.model, optimiser: ADAM, seed: 1, device: 'cpu' as const };
  const trained = await createEngine(settings);
  const { path } = await trained.saveCheckpoint(folder, null);
  await trained.dispose();
  const engine = await createEngine({ ...settings, checkpoint: path, inferenceOnly: true });
  const pytorch = new PytorchProcess('pytorch_generation.py');
  try {
    const facts = await pytorch.ask<PytorchFacts>({ call: 'facts' });
    await pytorch.ask({
      call: 'prepare',
      model: subject.model,
      length: subject.model.maxTargetTokens,
      checkpoint: path,
    });
    const writers: Record<string, Writer> = { engine: engineWriter(engine) };
    for (const which of PYTORCH_WAYS) {
      writers[which] = (prompts) => pytorch.ask({ call: 'write', which, prompts, tokens: TOKENS });
    }
    const batches = [];
    for (const batchSize of BATCH_SIZES) batches.push(await compareBatch(writers, subject, batchSize));
    return { facts, model: { name: subject.name, batches } };
  } finally {
    pytorch.close();
    await engine.dispose();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
try {
  const compared = [];
  for (const subject of GENERATION_CASES) compared.push(await compare(subject, folder));
  const [first] = compared;
  if (first === undefined) throw new Error('There is nothing to compare');
  await writeResult(comparisonName('generation', first.facts), {
    command: `${COMMAND_SETTING}npm run bench -- generation`,
    models: compared.map(({ model }) => model),
    pytorch: first.facts,
    method: `${TOKENS} tokens after a prompt of ${PROMPT_TOKENS}, greedy; medians of ${options.rounds} rounds in alternation, each on an idle machine; PyTorch with the faster of two caches.`,
  });
} finally {
  await rm(folder, { recursive: true });
}
