import { parameterSpecs, shapeSize } from '../model/parameters.ts';
import type { Device, InferenceProgram, TrainingProgram } from '../runtime/device.ts';
import { createGenerator, type Generator as TextGenerator } from '../serving/generator.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { DropoutMasks } from './dropout-masks.ts';
import type {
  Batch,
  Engine,
  EngineOptions,
  Forward,
  TextForward,
  GenerateRequest,
  SavedCheckpoint,
  StepResult,
} from './engine.ts';
import { CheckpointError, NonFiniteLossError } from './errors.ts';
import {
  diagnosisOutput,
  embeddingLookups,
  forwardFeeds,
  recordDiagnosis,
  recordForward,
  recordTraining,
  trainingFeeds,
} from './graphs.ts';
import { updateAt } from './optimiser.ts';
import { padBatch, workingBytes, type BatchShape, type PaddedBatch } from './padding.ts';
import { ProgramCache } from './program-cache.ts';
import { learningRateAt } from './schedule.ts';

/** Working memory that programs for other batch shapes may keep while they wait for their next batch: a handful of shapes in most runs. */
const CACHE_BUDGET_BYTES = 1.5 * 2 ** 30;

/** A training program with the random masks of its graph. */
interface StepProgram extends TrainingProgram {
  masks: DropoutMasks;
}

/** An engine on a device whose state is already initialised. */
export class Trainer implements Engine {
  private readonly options: EngineOptions;
  private readonly target: Device;
  private readonly stepPrograms = new ProgramCache<StepProgram>(CACHE_BUDGET_BYTES);
  private readonly forwardPrograms = new ProgramCache<InferenceProgram>(CACHE_BUDGET_BYTES);
  private readonly generator: TextGenerator;
  private lastStep = 0;

  constructor(options: EngineOptions, target: Device) {
    this.options = options;
    this.target = target;
    this.generator = createGenerator(options.model, target);
  }

  get device(): Engine['device'] {
    return this.target.report;
  }

  get parameterCount(): number {
    return parameterSpecs(this.options.model).reduce((total, { shape }) => total + shapeSize(shape), 0);
  }

  async step(batches: readonly Batch[], step: number): Promise<StepResult> {
    const { model, optimiser } = this.options;
    const [batch, ...more] = batches;
    if (batch === undefined || more.length > 0) throw new RangeError('The engine takes one batch a step');
    const padded = padBatch(batch, model);
    const program = await this.stepPrograms.get(shapeKey(padded), workingBytes(model, padded), () =>
      this.loadStepProgram(padded),
    );
    const startedMs = performance.now();
    const learningRate = learningRateAt(optimiser, step);
    const feeds = { ...trainingFeeds(padded), ...program.masks.at(step) };
    const outcome = await program.step(feeds, embeddingLookups(padded), updateAt(optimiser, learningRate, step));
    if (!Number.isFinite(outcome.loss) || !Number.isFinite(outcome.gradientNorm)) {
      const { batchSize, sourceLength, targetLength } = padded;
      const layer = await this.firstWrongLayer(padded);
      const sizes = { batchSize, sourceLength, targetLength };
      throw new NonFiniteLossError(step, outcome.loss, outcome.nonFiniteParameter, layer, sizes);
    }
    this.lastStep = step;
    const computeMs = performance.now() - startedMs;
    const { loss, gradientNorm } = outcome;
    return { loss, targets: padded.tokens, tokens: padded.tokens, gradientNorm, learningRate, computeMs };
  }

  private async loadStepProgram(shape: BatchShape): Promise<StepProgram> {
    const { model, optimiser, seed } = this.options;
    const { graph, masks } = recordTraining(model, optimiser, shape, this.target.dialect);
    const program = await this.target.loadTraining(graph);
    return { ...program, masks: new DropoutMasks(masks, model.dropout, seed) };
  }

  private async firstWrongLayer(batch: PaddedBatch): Promise<string | null> {
    const { graph, layers } = recordDiagnosis(this.options.model, batch, this.target.dialect);
    const program = await this.target.loadInference(graph);
    try {
      const results = await program.run(forwardFeeds(batch));
      return layers.find((_, index) => !Number.isFinite(results[diagnosisOutput(index)]?.[0])) ?? null;
    } finally {
      await program.dispose();
    }
  }

  async forward<Kind extends Batch>(batch: Kind): Promise<Forward<Kind>> {
    const { model } = this.options;
    const padded = padBatch(batch, model);
    const program = await this.forwardPrograms.get(shapeKey(padded), workingBytes(model, padded) / 3, () =>
      this.target.loadInference(recordForward(model, padded, this.target.dialect)),
    );
    const results = await program.run(forwardFeeds(padded));
    const probabilities = results['probabilities'] as Float32Array;
    return targetRows(probabilities, padded.targetOut, padded.tokens, model.vocabularySize) as Forward<Kind>;
  }

  generate(request: GenerateRequest): AsyncGenerator<number> {
    return this.generator.generate(request);
  }

  async saveCheckpoint(folder: string, progress: unknown): Promise<SavedCheckpoint> {
    const { model, optimiser, seed } = this.options;
    const metadata = { model, optimiser, seed, step: this.lastStep, progress };
    return writeCheckpoint(folder, await this.target.readState(), metadata);
  }

  async loadCheckpoint(path: string): Promise<unknown> {
    const { arrays, metadata } = await readCheckpoint(path);
    const state = await this.target.readState();
    const saved = new Map(arrays.map((array) => [`${array.slot}.${array.name}`, array]));
    const matching = state.map(({ name, slot, shape }) => {
      const array = saved.get(`${slot}.${name}`);
      if (array === undefined) throw new CheckpointError(path, `it has no '${name}' for slot ${slot}`);
      if (array.shape.join() !== shape.join()) {
        throw new CheckpointError(path, `'${name}' has shape [${array.shape.join()}], the model has [${shape.join()}]`);
      }
      return array;
    });
    await this.target.writeState(matching);
    this.lastStep = metadata.step;
    return metadata.progress;
  }

  async dispose(): Promise<void> {
    await this.stepPrograms.clear();
    await this.forwardPrograms.clear();
    await this.generator.dispose();
    await this.target.dispose();
  }
}

function shapeKey({ batchSize, sourceLength, targetLength }: BatchShape): string {
  return `${batchSize}x${sourceLength}x${targetLength}`;
}

/** Keeps the rows of real targets and takes their loss. */
function targetRows(all: Float32Array, targetOut: Int32Array, tokens: number, vocabularySize: number): TextForward {
  const probabilities = new Float32Array(tokens * vocabularySize);
  const targets = new Int32Array(tokens);
  let [row, total] = [0, 0];
  targetOut.forEach((target, position) => {
    if (target === 0) return;
    const start = position * vocabularySize;
    probabilities.set(all.subarray(start, start + vocabularySize), row * vocabularySize);
    targets[row++] = target;
    // The smallest float32 stands in for a probability that rounded to 0, so that one token cannot make the loss infinite.
    total -= Math.log(Math.max(all[start + target] ?? 0, 1.2e-38));
  });
  return { loss: total / tokens, tokens, probabilities, targets };
}
