import type { ModelSettings } from '../model/settings.ts';
import type { DeviceReport, RequestedDevice } from '../runtime/device.ts';
import type { Sampling } from '../serving/sampling.ts';
import type { TextGroup } from '../serving/text-group.ts';

/** How parameters move: the optimiser, its learning rate over the steps, and what tames the gradient. */
export interface OptimiserSettings {
  /** As in PyTorch: `adam` adds weight decay to the gradient (L2), `adamw` shrinks the weights directly; `momentum` is SGD with 0.9. */
  optimiser: 'adam' | 'adamw' | 'sgd' | 'momentum';
  learningRate: number;
  schedule: 'constant' | 'linear' | 'warmup-cosine';
  warmupSteps: number;
  totalSteps: number;
  weightDecay: number;
  /** Adds l1 · sign(w) to the gradient of every weight, after clipping as weight decay does; 0 = off. */
  l1: number;
  /** Largest global L2 norm of the gradient; null leaves it alone. */
  clipNorm: number | null;
  /** Share of the target probability spread evenly over the vocabulary or the classes, in [0, 1); multi-label and regression losses have no use for it. */
  labelSmoothing: number;
  /** What the loss of each auxiliary head is multiplied by, above 0; absent where there is one head only. */
  auxiliaryWeights?: readonly number[];
}

/** Rows of token ids, row-major, padded with 0 at the end of a row; the engine pads further to its own buckets. */
export interface TextBatch {
  /** [batchSize × sourceLength]; empty (sourceLength 0) for a decoder-only model. */
  source: Int32Array;
  sourceLength: number;
  /** [batchSize × targetLength], each row starts with BOS = 1. */
  targetIn: Int32Array;
  /** [batchSize × targetLength], each row ends with EOS = 2; 0 is ignored in the loss. */
  targetOut: Int32Array;
  targetLength: number;
  batchSize: number;
}

/** Texts with what an encoder classifier should answer for them. */
export interface LabelledBatch {
  /** [batchSize × sourceLength], row-major, each row starts with BOS = 1 and is padded with 0 at its end. */
  source: Int32Array;
  sourceLength: number;
  batchSize: number;
  /** [batchSize] class ids for single-label; [batchSize × outputs] of 0 and 1 for multi-label, of numbers for regression. */
  labels: Int32Array | Float32Array;
  /** [batchSize] 1 where the label is known, 0 where it is not and the item does not count; absent where every one is known. */
  known?: Uint8Array;
  /** What the auxiliary heads should answer, in their order; absent where there are none. */
  auxiliary?: readonly PartialLabels[];
}

/** What a head should answer for those items of which somebody knows. */
export interface PartialLabels {
  /** As the labels of a batch; 0 where nobody knows. */
  labels: Int32Array | Float32Array;
  /** [batchSize] 1 where the answer is known, 0 where it is not and the item does not count. */
  known: Uint8Array;
}

/** What a model learns from in one pass; told apart by `'labels' in batch`. */
export type Batch = TextBatch | LabelledBatch;

/** The loss of one auxiliary head in a step; null where the answer of no item is known. */
export interface AuxiliaryLoss {
  loss: number | null;
  targets: number;
}

/** What one optimiser step reports. */
export interface StepResult {
  /**
   * Mean loss over the targets of all micro-batches, before the step's update, without label smoothing and penalties: −ln p(target)
   * in nats, for multi-label binary cross-entropy in nats and for regression the squared error, both as means over the outputs. 0 where
   * there are no targets, in a step whose items answer further tasks only.
   */
  loss: number;
  /** The same for each auxiliary head, over the items of which its answer is known; null where there are none. */
  auxiliary: readonly AuxiliaryLoss[];
  /** What the loss is a mean over: non-padding target tokens, or items whose label is known. */
  targets: number;
  /** Non-padding tokens worked on: those of the targets, or of the labelled texts. */
  tokens: number;
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: number;
  learningRate: number;
  /** Time of computing, in milliseconds, without `loadingMs`. */
  computeMs: number;
  /** Time spent on recording graphs and opening sessions for this step's batches. */
  loadingMs: number;
}

/** One teacher-forced pass without dropout: what the metrics of written text are computed from. */
export interface TextForward {
  /** Mean −ln p(target) in nats over the non-padding target tokens. */
  loss: number;
  tokens: number;
  /** [tokens × vocabularySize] row-major, one row for each non-padding target, in the batch's order; each row sums to 1. */
  probabilities: Float32Array;
  /** [tokens] target ids in the same order. */
  targets: Int32Array;
}

/** One pass over labelled texts without dropout: what the metrics of a classifier are computed from. */
export interface LabelledForward {
  /** Mean loss over the items whose label is known, as in `StepResult`. */
  loss: number;
  items: number;
  /** [items × outputs] row-major: softmax rows for single-label, sigmoids for multi-label, plain predictions for regression. */
  outputs: Float32Array;
  /** The batch's own labels. */
  labels: Int32Array | Float32Array;
  /** The outputs of each auxiliary head for all items, as those of the first. */
  auxiliary: readonly Float32Array[];
}

/** What a pass without dropout gives for a kind of batch. */
export type Forward<Kind extends Batch = Batch> = Kind extends LabelledBatch ? LabelledForward : TextForward;

/** A request for text: the ids after which to go on, without BOS. */
export interface GenerateRequest extends Sampling {
  prompt: Int32Array;
  maxTokens: number;
  signal?: AbortSignal;
}

/** A checkpoint on disk: one safetensors file. */
export interface SavedCheckpoint {
  /** Hex digest of the whole file. */
  sha256: string;
  sizeBytes: number;
  path: string;
}

/** A model on a device that trains, evaluates and generates; made by `createEngine` in create-engine.ts. One call at a time. */
export interface Engine {
  readonly device: DeviceReport;
  readonly parameterCount: number;
  /**
   * One optimiser step over one or several micro-batches; loss and gradient are means over all targets of all of them together, so that
   * k micro-batches equal one big batch up to rounding. `step` counts from 1 over the whole run and drives schedule, bias correction and dropout.
   */
  step(batches: readonly Batch[], step: number): Promise<StepResult>;
  /** Probabilities (or predictions) and loss, without dropout and without an update; throws a `NonFiniteOutputError` where they are not finite. */
  forward<Kind extends Batch>(batch: Kind): Promise<Forward<Kind>>;
  /** Yields the ids after the prompt as they are chosen and stops at EOS, `maxTokens`, the model's longest target, or an abort. */
  generate(request: GenerateRequest): AsyncGenerator<number>;
  /** An empty group for writing several texts together, as `generate` would write each; between two steps of training at most. */
  openTextGroup(): TextGroup;
  /** Writes parameters, optimiser state, step, settings and the caller's progress atomically into `folder`. */
  saveCheckpoint(folder: string, progress: unknown): Promise<SavedCheckpoint>;
  /** Restores what `saveCheckpoint` wrote and returns its progress; throws a `CheckpointError` when the file is damaged, a `ShapeError` when it is of another shape. */
  loadCheckpoint(path: string): Promise<unknown>;
  /** Lets go of the memory that only steps need; a further step would record its graph anew. */
  endTraining(): Promise<void>;
  dispose(): Promise<void>;
}

/** What `createEngine` needs; a checkpoint given here is loaded before the first step. */
export interface EngineOptions {
  model: ModelSettings;
  optimiser: OptimiserSettings;
  seed: number;
  device: RequestedDevice;
  checkpoint?: string;
  /** Parameters to start from: a checkpoint of the same shapes; optimiser state, step and progress begin anew. */
  startFrom?: string;
  /** Heads of a classifier that `startFrom` does not have and that begin as `seed` says, by the names of their tasks; null is the first. */
  newHeads?: readonly (string | null)[];
  /** Layers whose parameters stay as they are: names or prefixes such as 'embedding', 'encoder.0', 'output'. */
  frozen?: readonly string[];
  /** Into how many lanes a device that has them divides a batch; decided by what the batch computes where it is not given (plan/lanes.ts). */
  lanes?: number;
  /** Without optimiser state and gradients: evaluation and generation only. */
  inferenceOnly?: boolean;
}
