import type { RecordedGraph } from '../graph/record.ts';

/** A sentence in both languages of the product. */
export interface DeviceReason {
  readonly zh: string;
  readonly en: string;
}

/** A device that can be asked for; `auto` takes the first that is there of cuda, webgpu and cpu. */
export type RequestedDevice = 'auto' | 'cpu' | 'webgpu' | 'cuda' | 'tfjs-node';

/** The device that runs the model, and why it was chosen. */
export interface DeviceReport {
  device: 'cpu' | 'webgpu' | 'cuda' | 'tfjs-node';
  /** The adapter's or processor's own name. */
  adapter: string;
  /** One sentence for the run's log and page. */
  reason: DeviceReason;
}

/** How graphs must be written for a device. */
export interface GraphDialect {
  /** com.microsoft FusedMatMul has a kernel. */
  fusedMatMul: boolean;
  /** Graphs of one shape multiply, attend and normalise by this project's own operators; see products/. */
  ownProducts: boolean;
  /** Long sums with few results are taken in parts, which keeps more of a graphics processor's cores busy. */
  sumsInParts: boolean;
  /** Gradients of large weights over few rows may be left to the update: outputs are then their factors; see weight-factors.ts. */
  weightFactors?: boolean;
  /** Softmax answers zeros where it is given what is not finite, so that losses must look at more than the class that was wanted. */
  softmaxHidesNaN?: boolean;
  /** Gradients of embedding rows are outputs that the device adds up; otherwise the graph gives the whole table's gradient. */
  embeddingRows: boolean;
  /** The optimiser is part of the training graph; otherwise the graph ends in gradients. */
  updatesInGraph: boolean;
  /** Training graphs get parameters and moments in a few flat arrays, as state-blocks.ts lays them out, and update those. */
  blocks: boolean;
  /** Random masks reach training graphs as bits, which they unpack: sending sixteen times as much takes longer than a step. */
  packedMasks: boolean;
  /** Graphs carry a leading output of sequence type; see output-copies.ts. */
  sequenceOutput: boolean;
  /** Shapes may be computed while a graph runs, so that more than one dimension of a reshape is free. */
  shapeArithmetic: boolean;
}

/** Name and shape of an array that lives on the device. */
export interface NamedShape {
  name: string;
  shape: number[];
}

/** An array as it is fed to a program. */
interface HostTensor {
  data: Float32Array | Int32Array;
  shape: readonly number[];
}

/** Arrays by the name of the graph input they feed. */
export type Feeds = Record<string, HostTensor>;

/** Added to the gradient's norm before dividing by it, as in PyTorch's clip_grad_norm_. */
export const CLIP_EPSILON = 1e-6;

/** The numbers of one optimiser step; update rules as in PyTorch, with Adam's bias corrections folded into two of them. */
export interface Update {
  rule: 'adam' | 'momentum' | 'sgd';
  /** Largest norm of the gradient, or null. */
  clipNorm: number | null;
  /** Multiple of the parameters added to the clipped gradient. */
  l2: number;
  /** Multiple of the parameters' signs added to the clipped gradient. */
  l1: number;
  /** Factor on the parameters before the update; below 1 for AdamW. */
  shrink: number;
  stepSize: number;
  epsilon: number;
  /** Decay of the first moment, or of the momentum. */
  beta1: number;
  beta2: number;
}

/** What an update found; one with a non-finite gradient is not taken. */
export interface UpdateOutcome {
  /** L2 norm over all gradients, before clipping. */
  gradientNorm: number;
  /** Last parameter, in the model's order, whose gradient is not finite: going backward the first to go wrong; null where all are finite. */
  nonFiniteParameter: string | null;
  /** Whether an update that was not taken left everything as it was; else some parameters have been updated, and only a checkpoint makes them whole again. */
  isStateKept: boolean;
}

/** What a training step found; one with a non-finite loss leaves the parameters as they were. */
export interface StepOutcome extends UpdateOutcome {
  /** The loss of each of the model's heads. */
  losses: number[];
}

/** What one lane computes of a batch: its rows, and the ids of its embedding lookups in the order in which its graph made them. */
export interface BatchPart {
  feeds: Feeds;
  lookups: readonly Int32Array[];
}

/** A whole batch. */
export type BatchParts = readonly [BatchPart, ...BatchPart[]];

/** The graphs of one batch shape's training; those that only some devices run are recorded when they are asked for. */
export interface TrainingGraphs {
  /** Loss and gradients, or loss and update where the device updates in the graph; one for each lane that a batch is divided into. */
  step: readonly [RecordedGraph, ...RecordedGraph[]];
  /** Loss, and gradients added to those gathered on the device. */
  gather: () => RecordedGraph;
  /** The update from gathered gradients; the same for all batch shapes. */
  update: () => RecordedGraph;
}

/** Training with batches of one shape on a device; a batch comes in one part for each of its graphs. */
export interface TrainingProgram {
  /** A whole step with one batch. Devices that work by themselves call `meanwhile` while they do. */
  step(parts: BatchParts, update: Update, meanwhile?: () => void): Promise<StepOutcome>;
  /** Adds the gradient of one of several micro-batches to those gathered since the `isFirst` one, whatever their shapes; gives its losses. */
  gather(parts: BatchParts, isFirst: boolean, meanwhile?: () => void): Promise<number[]>;
  /** Ends a step of several micro-batches: updates with what was gathered. */
  finish(update: Update): Promise<UpdateOutcome>;
  dispose(): Promise<void>;
}

/** A graph that only computes. */
export interface InferenceProgram {
  /**
   * Runs once; outputs named in `into` are written there, all others into new arrays. Symbolic dimensions take the feeds' sizes. A
   * graph with a sequence output needs room for every output.
   */
  run(feeds: Feeds, into?: Feeds): Promise<Record<string, Float32Array | Int32Array>>;
  dispose(): Promise<void>;
}

/** One array of the training state; slot 0 is the parameter itself, 1 and 2 the optimiser's moments. */
export interface StateArray extends NamedShape {
  slot: number;
  data: Float32Array;
}

/** Into how many lanes a device divides a batch at most. */
export interface Lanes {
  most: number;
  /** Large feeds have to lie in shared memory, because lanes are threads. */
  areThreads: boolean;
}

/** Memory that graphs work in one after the other. */
export interface SharedGraphMemory {
  /** Gives it back, once the last graph is disposed of that was loaded before. */
  renew(): void;
}

/** A place where graphs run and where parameters and optimiser state live between steps. */
export interface Device {
  readonly report: DeviceReport;
  readonly dialect: GraphDialect;
  readonly lanes: Lanes;
  /** What its graphs work in where they share it: one that waits for its next batch then takes next to nothing. Null where each has its own. */
  readonly graphMemory: SharedGraphMemory | null;
  loadTraining(graphs: TrainingGraphs): Promise<TrainingProgram>;
  /** With `fixedParameters` the program may keep the parameters as they are now in a form of its own, which makes it faster. */
  loadInference(graph: RecordedGraph, options?: { fixedParameters: boolean }): Promise<InferenceProgram>;
  /** The state in slot, then parameter order; on the CPU these are live views that the next step changes. */
  readState(): Promise<StateArray[]>;
  /** Replaces the arrays given, by name and slot. */
  writeState(arrays: readonly StateArray[]): Promise<void>;
  dispose(): Promise<void>;
}

/** What a device must hold. */
export interface StateShape {
  parameters: readonly NamedShape[];
  /** Optimiser arrays for each parameter: 2 for Adam, 1 for momentum, 0 for SGD and for inference. */
  moments: number;
  /** Room for gradients is needed. */
  training: boolean;
  /** Names of parameters that no update may touch, nor their moments. */
  frozen: ReadonlySet<string>;
}
