/**
 * Training against PyTorch on the same machine: `npm run bench -- training [--compile] [--rounds 7] [--only small]`. The same model with the
 * same initial weights and the same batch, in alternation; the losses of the first steps prove that it is the same. Ratios above 1
 * mean that the engine is faster.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../worker/src/training/create-engine.ts';
import { readResult, writeResult } from './results.ts';
import { COMMAND_SETTING, comparisonName, PytorchProcess, type PytorchFacts } from './support/pytorch.ts';
import { waitForQuietMachine } from './support/quiet-machine.ts';
import { measureRoofline, rooflineMs } from './support/roofline.ts';
import { quantile, rounded, spreadOf, type Spread } from './support/statistics.ts';
import { ADAM, randomBatch, TRAINING_CASES, type TrainingCase } from './support/training-models.ts';
import { engineTurns, lossDifferences, medianStepMs, type Turn } from './support/training-turns.ts';

const TURN_MS = 1500;
/** How long a round waits for other work on the machine to end. */
const PATIENCE_MS = 120_000;
/** Steps before the rounds, whose losses are compared and whose time says how many steps make a turn. */
const FIRST_STEPS = 8;

const { values: options } = parseArgs({
  args: process.argv.slice(3),
  options: {
    compile: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
});

/** What the PyTorch process chose; `standard` is its fastest way around torch's own nn.Transformer. */
interface Chosen {
  fastest: string;
  standard: string;
  trialsMs: Record<string, number>;
  parameters: number;
}

/** Who takes a turn: the engine, PyTorch in its fastest way, PyTorch with nn.Transformer. */
type Trainers = Record<'engine' | 'fastest' | 'standard', (steps: number) => Promise<Turn>>;

/** Median step time in milliseconds of each trainer in each round, the trainers taking turns. */
async function alternate(trainers: Trainers, first: Record<keyof Trainers, Turn>) {
  const names = ['engine', 'fastest', 'standard'] as const;
  const times: Record<keyof Trainers, number[]> = { engine: [], fastest: [], standard: [] };
  for (let round = 0; round < Number(options.rounds); round++) {
    await waitForQuietMachine(PATIENCE_MS);
    for (const name of names) {
      times[name].push(await medianStepMs(trainers[name], quantile(first[name].stepMs, 0.5), TURN_MS));
    }
  }
  return times;
}

async function compare(subject: TrainingCase, folder: string) {
  const batch = randomBatch(subject, 1);
  const engine = await createEngine({ model: subject.model, optimiser: ADAM, seed: 1, device: 'cpu' });
  const pytorch = new PytorchProcess('pytorch_training.py');
  try {
    const facts = await pytorch.ask<PytorchFacts>({ call: 'facts' });
    const { path } = await engine.saveCheckpoint(folder, null);
    const ids = { source: [...batch.source], targetIn: [...batch.targetIn], targetOut: [...batch.targetOut] };
    const request = { call: 'prepare', ...subject, ...ids, checkpoint: path, compile: options.compile };
    await waitForQuietMachine(PATIENCE_MS);
    const chosen = await pytorch.ask<Chosen>(request);
    const trainers: Trainers = {
      engine: engineTurns(engine, batch),
      fastest: (steps) => pytorch.ask({ call: 'train', which: 'fastest', steps }),
      standard: (steps) => pytorch.ask({ call: 'train', which: 'standard', steps }),
    };
    const first = {
      engine: await trainers.engine(FIRST_STEPS),
      fastest: await trainers.fastest(FIRST_STEPS),
      standard: await trainers.standard(FIRST_STEPS),
    };
    const lossDifference = lossDifferences(first.engine, first.fastest);
    const times = await alternate(trainers, first);
    const ratios = (to: number[]) =>
      spreadOf(
        times.engine.map((ours, round) => (to[round] ?? Number.NaN) / ours),
        3,
      );
    const tokens = subject.batchSize * subject.length;
    const perSecond = (stepMs: number[]) => Math.round((tokens / quantile(stepMs, 0.5)) * 1000);
    return {
      facts,
      result: {
        name: subject.name,
        fasterThanPytorch: ratios(times.fastest),
        fasterThanNnTransformer: ratios(times.standard),
        tokensPerSecond: {
          engine: perSecond(times.engine),
          pytorch: perSecond(times.fastest),
          nnTransformer: perSecond(times.standard),
        },
        stepMs: {
          engine: spreadOf(times.engine, 2),
          pytorch: spreadOf(times.fastest, 2),
          nnTransformer: spreadOf(times.standard, 2),
        },
        parameters: { engine: engine.parameterCount, pytorch: chosen.parameters },
        lossDifference,
        pytorchVariants: { fastest: chosen.fastest, nnTransformer: chosen.standard, trialsMs: chosen.trialsMs },
      },
    };
  } finally {
    pytorch.close();
    await engine.dispose();
  }
}

/** Measures the machine and then one model. */
async function measure(subject: TrainingCase, folder: string) {
  await waitForQuietMachine(PATIENCE_MS);
  const roofline = await measureRoofline();
  const { facts, result } = await compare(subject, folder);
  const bestMs = rooflineMs(subject, result.parameters.engine, roofline);
  const share = ({ median }: Spread) => rounded(bestMs / median, 3);
  const shareOfRoofline = { engine: share(result.stepMs.engine), pytorch: share(result.stepMs.pytorch) };
  console.error(`${subject.name}: ${result.fasterThanPytorch.median} times PyTorch`);
  return { facts, model: { ...result, shareOfRoofline, roofline } };
}

const folder = await mkdtemp(join(tmpdir(), 'greenlight-bench-'));
try {
  for (const subject of TRAINING_CASES.filter(({ name }) => name.includes(options.only))) {
    const { facts, model } = await measure(subject, folder);
    const name = comparisonName('training', facts);
    // Each model is kept as soon as it is measured, in the place of its earlier figures.
    const earlier = await readResult<{ models: (typeof model)[] }>(name);
    const models = TRAINING_CASES.flatMap((other) =>
      other === subject ? [model] : (earlier?.models.filter((kept) => kept.name === other.name) ?? []),
    );
    await writeResult(name, {
      command: `${COMMAND_SETTING}npm run bench -- training${options.compile ? ' --compile' : ''}`,
      models,
      pytorch: facts,
      method: `Medians of ${options.rounds} rounds in alternation; each round on an idle machine, at least ${TURN_MS} ms of steps on either side.`,
    });
  }
} finally {
  await rm(folder, { recursive: true });
}
