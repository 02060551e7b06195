import { laneRows, lanesOf, type Rows } from '@greenlight/shared/stages/training/plan/lanes.ts';
import {
  keptBytes,
  PROGRAM_CACHE_BYTES,
  workingBytes,
  type BatchShape,
} from '@greenlight/shared/stages/training/plan/padding.ts';
import { outputLayerOfHead } from '@greenlight/shared/stages/training/layers.ts';
import { parameterSpecs, shapeSize, type ParameterSpec } from '../model/parameters.ts';
import type {
  BatchParts,
  Device,
  InferenceProgram,
  StateArray,
  StepOutcome,
  TrainingProgram,
  UpdateOutcome,
} from '../runtime/device.ts';
import type { RecordedGraph } from '../graph/record.ts';
import { createGenerator, type Generator as TextGenerator } from '../serving/generator.ts';
import type { TextGroup } from '../serving/text-group.ts';
import { forwardFeeds, partOf } from './batch-inputs.ts';
import { openCheckpoint, writeCheckpoint, type CheckpointMetadata } from './checkpoint.ts';
import { matching, piecesOf } from './checkpoint-pieces.ts';
import { DropoutMasks, MaskRoom } from './dropout-masks.ts';
import type {
  AuxiliaryLoss,
  Batch,
  Engine,
  EngineOptions,
  Forward,
  GenerateRequest,
  SavedCheckpoint,
  StepResult,
} from './engine.ts';
import { NonFiniteLossError, NonFiniteOutputError } from './errors.ts';
import { labelledForward, textForward } from './forward-results.ts';
import {
  diagnosisOutput,
  logitsOutput,
  recordDiagnosis,
  recordForward,
  recordTraining,
  type TrainingGraph,
} from './graphs.ts';
import { layerOf } from './layer-of.ts';
import { momentCount, updateAt } from './optimiser.ts';
import { padBatch, padBatches, type PaddedBatch } from './padding.ts';
import { ProgramCache } from './program-cache.ts';
import { learningRateAt } from './schedule.ts';
import { recordUpdate } from './update-graph.ts';

/** A training program with the rows that each of its lanes computes, and their random masks. */
interface StepProgram extends TrainingProgram {
  lanes: Rows[];
  masks: DropoutMasks;
}

/** An engine on a device whose state is already initialised. */
export class Trainer implements Engine {
  private readonly options: EngineOptions;
  private readonly target: Device;
  private readonly stepPrograms = new ProgramCache<StepProgram>(PROGRAM_CACHE_BYTES);
  private readonly forwardPrograms = new ProgramCache<InferenceProgram>(PROGRAM_CACHE_BYTES);
  private readonly generator: TextGenerator;
  private readonly maskRoom: MaskRoom;
  private lastStep = 0;
  private lastProgram: StepProgram | null = null;
  /** The step that went wrong when some parameters had been updated; null while the state is whole. */
  private spoiledBy: number | null = null;
  /** Time spent on recording graphs and opening sessions. */
  private loadingMs = 0;

  constructor(options: EngineOptions, target: Device) {
    this.options = options;
    this.target = target;
    this.maskRoom = new MaskRoom(target.lanes.areThreads);
    this.generator = createGenerator(options.model, target, options.inferenceOnly === true);
  }

  get device(): Engine['device'] {
    return this.target.report;
  }

  get parameterCount(): number {
    return parameterSpecs(this.options.model).reduce((total, { shape }) => total + shapeSize(shape), 0);
  }

  async step(batches: readonly Batch[], step: number): Promise<StepResult> {
    this.requireWhole();
    const { model, optimiser } = this.options;
    const { auxiliaryWeights = [] } = optimiser;
    const padded = padBatches(batches, model, auxiliaryWeights);
    const learningRate = learningRateAt(optimiser, step);
    const [startedMs, loadedBeforeMs] = [performance.now(), this.loadingMs];
    const outcome = await this.update(padded, step, learningRate);
    const { losses, gradientNorm } = outcome;
    const loadingMs = this.loadingMs - loadedBeforeMs;
    const computeMs = performance.now() - startedMs - loadingMs;
    const [loss = Number.NaN, ...further] = losses;
    const wrongHead = losses.findIndex((value) => !Number.isFinite(value));
    if (wrongHead >= 0 || !Number.isFinite(gradientNorm)) {
      if (!outcome.isStateKept) this.spoiledBy = step;
      throw await this.nonFiniteLoss(padded, step, losses[wrongHead] ?? loss, wrongHead, outcome);
    }
    this.lastStep = step;
    const sum = (count: 'targets' | 'tokens'): number => padded.reduce((total, batch) => total + batch[count], 0);
    const counts = { targets: sum('targets'), tokens: sum('tokens') };
    const auxiliary = further.map((weighted, head): AuxiliaryLoss => {
      const parts = padded.map((batch) => ('labels' in batch ? (batch.auxiliary[head]?.targets ?? 0) : 0));
      const targets = parts.reduce((total, part) => total + part, 0);
      return { loss: targets === 0 ? null : weighted / (auxiliaryWeights[head] ?? 1), targets };
    });
    return { loss, auxiliary, ...counts, gradientNorm, learningRate, computeMs, loadingMs };
  }

  /** Forward, backward and update; several micro-batches one after the other, until the first whose loss is not finite. */
  private async update(batches: readonly PaddedBatch[], step: number, learningRate: number): Promise<StepOutcome> {
    const update = updateAt(this.options.optimiser, learningRate, step);
    let losses: number[] = [];
    let program: StepProgram | null = null;
    for (const [index, batch] of batches.entries()) {
      program = await this.stepProgram(batch);
      const parts = partsOf(batch, program, step, index);
      const meanwhile = this.preparing(program, step, index, batches.length);
      if (batches.length === 1) return program.step(parts, update, meanwhile);
      const shares = await program.gather(parts, index === 0, meanwhile);
      losses = shares.map((share, head) => (losses[head] ?? 0) + share);
      if (losses.some((loss) => !Number.isFinite(loss)))
        return { losses, gradientNorm: Number.NaN, nonFiniteParameter: null, isStateKept: true };
    }
    if (program === null) throw new Error('There was no batch to learn from');
    return { losses, ...(await program.finish(update)) };
  }

  /** What can be done for the next batch while this one is computed: where the last two had one shape, the next one often has it too. */
  private preparing(program: StepProgram, step: number, microBatch: number, microBatches: number): () => void {
    const isAgain = this.lastProgram === program;
    this.lastProgram = program;
    return () => {
      if (isAgain && microBatch + 1 < microBatches) program.masks.prepare(step, microBatch + 1);
      else if (isAgain) program.masks.prepare(step + 1, 0);
    };
  }

  private async stepProgram(batch: PaddedBatch): Promise<StepProgram> {
    const startedMs = performance.now();
    const program = await this.stepPrograms.get(shapeKey(batch), this.bytesOf(batch), () =>
      this.loadStepProgram(batch),
    );
    this.loadingMs += performance.now() - startedMs;
    return program;
  }

  /** What a graph of this shape keeps while it waits for its next batch: all that it works in, where it does not share that. */
  private bytesOf(shape: BatchShape, pass: 'training' | 'forward' = 'training'): number {
    const { model } = this.options;
    if (this.target.graphMemory !== null) return keptBytes(model, shape, pass === 'forward' ? 1 : this.lanesOf(shape));
    return workingBytes(model, shape) / (pass === 'forward' ? 3 : 1);
  }

  private lanesOf(shape: BatchShape): number {
    const wanted = this.options.lanes ?? lanesOf(this.options.model, this.parameterCount, shape);
    return Math.min(this.target.lanes.most, wanted, shape.batchSize);
  }

  private async loadStepProgram(shape: BatchShape): Promise<StepProgram> {
    const { model, optimiser, frozen = [], seed } = this.options;
    const { dialect } = this.target;
    const learning = { optimiser, frozen };
    const lanes = laneRows(shape.batchSize, this.lanesOf(shape));
    const sizes = lanes.map(({ start, end }) => end - start);
    // What lanes find has to be added up before an update.
    const here = { ...dialect, weightFactors: dialect.weightFactors === true && lanes.length === 1 };
    const recorded = new Map(
      sizes.map((batchSize) => [batchSize, recordTraining(model, learning, { ...shape, batchSize }, here)] as const),
    );
    const graphs = sizes.map((batchSize) => recorded.get(batchSize) as TrainingGraph);
    const program = await this.target.loadTraining({
      step: graphs.map(({ graph }) => graph) as [RecordedGraph, ...RecordedGraph[]],
      gather: () => recordTraining(model, learning, shape, dialect, 'gather').graph,
      update: () => recordUpdate(model, learning, dialect),
    });
    const masks = new DropoutMasks(
      graphs.map((graph) => graph.masks),
      model.dropout,
      seed,
      this.maskRoom,
    );
    return { ...program, lanes, masks };
  }

  private async nonFiniteLoss(
    batches: readonly PaddedBatch[],
    step: number,
    loss: number,
    wrongHead: number,
    { nonFiniteParameter: parameter, isStateKept }: UpdateOutcome,
  ): Promise<NonFiniteLossError> {
    // Parameters that have been updated since are not those that went wrong.
    for (const [index, batch] of isStateKept ? batches.entries() : []) {
      const layer = await this.firstWrongLayer(batch);
      if (layer !== null) return new NonFiniteLossError(step, loss, parameter, layer, sizesOf(batch), index + 1);
    }
    const [first] = batches;
    const sizes = first === undefined ? { batchSize: 0, sourceLength: 0, targetLength: 0 } : sizesOf(first);
    // Outputs that are finite, but so far from what was wanted that the loss overflows.
    const overflown = wrongHead < 0 ? null : outputLayerAt(this.options.model, wrongHead);
    const layer = overflown ?? (parameter === null ? null : layerOf(parameter));
    return new NonFiniteLossError(step, loss, parameter, layer, sizes, batches.length === 1 ? 1 : null);
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

  async forward<Kind extends Batch>(batch: Kind): Promise<Forward<Kind>>;
  async forward(batch: Batch): Promise<Forward> {
    this.requireWhole();
    const { model } = this.options;
    const padded = padBatch(batch, model);
    const program = await this.forwardPrograms.get(shapeKey(padded), this.bytesOf(padded, 'forward'), () =>
      this.target.loadInference(recordForward(model, padded, this.target.dialect)),
    );
    const results = await program.run(forwardFeeds(padded));
    if (!('labels' in padded)) {
      return this.finite(textForward(results['probabilities'] as Float32Array, padded, model.vocabularySize), padded);
    }
    if (model.head === null || !('labels' in batch)) throw new Error('Only a classifier has labelled batches');
    const answers = labelledForward(results[logitsOutput(null)] as Float32Array, padded, model.head);
    const auxiliary = (model.auxiliaryHeads ?? []).map((head, index) => {
      const { labels = new Float32Array(0), weights = new Float32Array(0) } = padded.auxiliary[index] ?? {};
      const logits = results[logitsOutput(index)] as Float32Array;
      return labelledForward(logits, { labels, weights, batchSize: padded.batchSize }, head).outputs;
    });
    return this.finite({ ...answers, labels: batch.labels, auxiliary }, padded);
  }

  /** What a pass gave; throws a `NonFiniteOutputError` where that is not numbers, from which nothing can be measured. */
  private async finite<Result extends Forward>(result: Result, batch: PaddedBatch): Promise<Result> {
    const further = 'auxiliary' in result ? result.auxiliary : [];
    const isSound = Number.isFinite(result.loss) && further.every((outputs) => outputs.every(Number.isFinite));
    if (isSound) return result;
    throw new NonFiniteOutputError(this.lastStep, await this.firstWrongLayer(batch), sizesOf(batch));
  }

  generate(request: GenerateRequest): AsyncGenerator<number> {
    this.requireWhole();
    if (this.options.model.head !== null) throw new RangeError('An encoder classifier writes no text');
    return this.generator.generate(request);
  }

  openTextGroup(): TextGroup {
    this.requireWhole();
    return this.generator.openTextGroup();
  }

  async saveCheckpoint(folder: string, progress: unknown): Promise<SavedCheckpoint> {
    this.requireWhole();
    const { model, optimiser, seed } = this.options;
    const metadata = { model, optimiser, seed, step: this.lastStep, progress };
    return writeCheckpoint(folder, await this.target.readState(), metadata);
  }

  async loadCheckpoint(path: string): Promise<unknown> {
    const { inferenceOnly = false, optimiser } = this.options;
    const slots = inferenceOnly ? 1 : 1 + momentCount(optimiser.optimiser);
    const { step, progress } = await this.load(path, slots, () => this.generator.dispose());
    this.lastStep = step;
    this.spoiledBy = null;
    return progress;
  }

  /** Takes over those parameters of a checkpoint that are wanted, and nothing else of it. */
  async loadParameters(path: string, isWanted: (parameter: ParameterSpec) => boolean): Promise<void> {
    await this.load(path, 1, undefined, isWanted);
  }

  /** Puts the first slots of a checkpoint on the device, piece by piece, once all of it has proved to fit. */
  private async load(
    path: string,
    slots: number,
    before?: () => Promise<void>,
    isWanted: (parameter: ParameterSpec) => boolean = () => true,
  ): Promise<CheckpointMetadata> {
    const checkpoint = await openCheckpoint(path);
    try {
      const wanted = parameterSpecs(this.options.model).filter(isWanted);
      const pieces = piecesOf(matching(path, checkpoint.arrays, wanted, slots));
      await before?.();
      for (const piece of pieces) {
        const arrays: StateArray[] = [];
        for (const array of piece) {
          const { name, slot, shape } = array;
          arrays.push({ name, slot, shape, data: await checkpoint.read(array) });
        }
        await this.target.writeState(arrays);
      }
      return checkpoint.metadata;
    } finally {
      await checkpoint.close();
    }
  }

  /** Throws while parameters are neither those before a step nor those after it. */
  private requireWhole(): void {
    if (this.spoiledBy === null) return;
    throw new Error(
      `Step ${this.spoiledBy} was broken off when some parameters had been updated: load a checkpoint first`,
    );
  }

  async endTraining(): Promise<void> {
    await this.stepPrograms.clear();
    const { graphMemory } = this.target;
    if (graphMemory === null) return;
    // What training has worked in goes with the last graph that did.
    await this.forwardPrograms.clear();
    graphMemory.renew();
  }

  async dispose(): Promise<void> {
    await this.stepPrograms.clear();
    await this.forwardPrograms.clear();
    await this.generator.dispose();
    await this.target.dispose();
  }
}

/** Layer of the head whose loss is at a place among the losses of a step. */
function outputLayerAt({ auxiliaryHeads = [] }: EngineOptions['model'], place: number): string {
  const further = auxiliaryHeads[place - 1];
  return outputLayerOfHead(further?.name ?? null);
}

/** What each lane of a program computes of a micro-batch of a step. */
function partsOf(batch: PaddedBatch, { lanes, masks }: StepProgram, step: number, microBatch: number): BatchParts {
  const drawn = masks.at(step, microBatch);
  return lanes.map((rows, lane) => {
    const { feeds, lookups } = partOf(batch, rows);
    return { feeds: { ...feeds, ...drawn(lane) }, lookups };
  }) as unknown as BatchParts;
}

function shapeKey({ batchSize, sourceLength, targetLength }: BatchShape): string {
  return `${batchSize}x${sourceLength}x${targetLength}`;
}

function sizesOf({ batchSize, sourceLength, targetLength }: BatchShape): BatchShape {
  return { batchSize, sourceLength, targetLength };
}
