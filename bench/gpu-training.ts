/**
 * Training on a graphics processor against PyTorch on the same one: `npm run bench -- gpu-training [--rounds 5] [--only small]`. The same
 * model with the same initial weights and the same batch, in alternation, the loss read after every step on both sides. The engine
 * computes in float32; PyTorch is measured in float32, with TF32 products, and with bfloat16 products (autocast). Needs an NVIDIA
 * card with its Vulkan driver, and PyTorch with CUDA.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../worker/src/training/create-engine.ts';
import { writeResult } from './results.ts';
import { PytorchProcess, type PytorchFacts } from './support/pytorch.ts';
import { quantile, spreadOf, type Spread } from './support/statistics.ts';
import { ADAM, GPU_CASES, randomBatch, type TrainingCase } from './support/training-models.ts';
import { engineTurns, lossDifferences, medianStepMs, type Turn } from './support/training-turns.ts';
import { watchGpu, type GpuUse } from './support/watch-gpu.ts';

const TURN_MS = 700;
const FIRST_STEPS = 6;
const PRECISIONS = ['float32', 'tf32', 'bfloat16'] as const;

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
});

interface Chosen {
  fastest: string;
  trialsMs: Record<string, number>;
}

/** Somebody who trains, and what was seen of it. */
interface Trainer {
  train: (steps: number) => Promise<Turn>;
  first: Turn;
  stepMs: number[];
  use: GpuUse[];
  chosen: Chosen | null;
}

async function takeTurn(trainer: Trainer): Promise<void> {
  const watch = watchGpu();
  const stepMs = await medianStepMs(trainer.train, quantile(trainer.first.stepMs.slice(-2), 0.5), TURN_MS);
  trainer.use.push(await watch.end());
  trainer.stepMs.push(stepMs);
}

function reportOf({ stepMs, use, chosen }: Trainer, tokens: number) {
  const middle = (part: keyof GpuUse): number =>
    Math.round(
      quantile(
        use.map((one) => one[part]),
        0.5,
      ),
    );
  return {
    stepMs: spreadOf(stepMs, 2),
    tokensPerSecond: Math.round((tokens / quantile(stepMs, 0.5)) * 1000),
    gpuBusyPercent: middle('busyPercent'),
    powerWatts: middle('powerWatts'),
    memoryMegabytes: middle('memoryMegabytes'),
    ...(chosen === null ? {} : { variant: chosen.fastest, trialsMs: chosen.trialsMs }),
  };
}

async function compare(subject: TrainingCase, folder: string) {
  const batch = randomBatch(subject, 1);
  const engine = await createEngine({ model: subject.model, optimiser: ADAM, seed: 1, device: 'webgpu' });
  const pytorch = new PytorchProcess('pytorch_training.py');
  try {
    const { path } = await engine.saveCheckpoint(folder, null);
    const ids = { source: [...batch.source], targetIn: [...batch.targetIn], targetOut: [...batch.targetOut] };
    const ours: Trainer = {
      train: engineTurns(engine, batch),
      first: { losses: [], stepMs: [] },
      stepMs: [],
      use: [],
      chosen: null,
    };
    ours.first = await ours.train(FIRST_STEPS);
    const theirs: Record<string, Trainer> = {};
    const facts = await pytorch.ask<PytorchFacts>({ call: 'facts' });
    for (const precision of PRECISIONS) {
      const request = {
        call: 'prepare',
        ...subject,
        ...ids,
        checkpoint: path,
        compile: false,
        device: 'cuda',
        precision,
      };
      const chosen = await pytorch.ask<Chosen>(request);
      const train = (steps: number): Promise<Turn> =>
        pytorch.ask({ call: 'train', which: 'fastest', steps, precision });
      theirs[precision] = { train, first: await train(FIRST_STEPS), stepMs: [], use: [], chosen };
    }
    const lossDifference = lossDifferences(ours.first, theirs['float32']?.first ?? ours.first);
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const trainer of [ours, ...Object.values(theirs)]) await takeTurn(trainer);
    }
    const tokens = subject.batchSize * subject.length;
    const ratio = (trainer: Trainer): Spread =>
      spreadOf(
        ours.stepMs.map((mine, round) => (trainer.stepMs[round] ?? Number.NaN) / mine),
        3,
      );
    return {
      facts,
      model: {
        name: subject.name,
        adapter: engine.device.adapter,
        parameters: engine.parameterCount,
        fasterThanPytorch: Object.fromEntries(Object.entries(theirs).map(([name, trainer]) => [name, ratio(trainer)])),
        engine: { precision: 'float32', ...reportOf(ours, tokens) },
        pytorch: Object.fromEntries(Object.entries(theirs).map(([name, trainer]) => [name, reportOf(trainer, tokens)])),
        lossDifference,
      },
    };
  } finally {
    pytorch.close();
    await engine.dispose();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
try {
  const models: Awaited<ReturnType<typeof compare>>['model'][] = [];
  let pytorch: PytorchFacts | null = null;
  for (const subject of GPU_CASES.filter(({ name }) => name.includes(options.only))) {
    const { facts, model } = await compare(subject, folder);
    pytorch = facts;
    models.push(model);
    console.error(`${subject.name}: ${model.fasterThanPytorch['float32']?.median} times PyTorch in float32`);
    const adapter = model.adapter.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    await writeResult(`gpu-training-${adapter}`, {
      command: 'npm run bench -- gpu-training',
      models,
      pytorch,
      method: `Medians of ${options.rounds} rounds in alternation, at least ${TURN_MS} ms of steps in each turn; PyTorch in its fastest way of those tried. Utilisation, power and memory as nvidia-smi gives them: memory is that of the whole card, on which all four trainers stay loaded.`,
    });
  }
} finally {
  await rm(folder, { recursive: true });
}
