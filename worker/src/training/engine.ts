import type { ModelSettings } from '../model/settings.ts';
import type { DeviceReport } from '../runtime/device.ts';

/** How parameters move: the optimiser, its learning rate over the steps, and what tames the gradient. */
export interface OptimiserSettings {
  /** As in PyTorch: `adam` adds weight decay to the gradient (L2), `adamw` shrinks the weights directly; `momentum` is SGD with 0.9. */
  optimiser: 'adam' | 'adamw' | 'sgd' | 'momentum';
  learningRate: number;
  schedule: 'constant' | 'linear' | 'warmup-cosine';
  warmupSteps: number;
  totalSteps: number;
  weightDecay: number;
  /** Largest global L2 norm of the gradient; null leaves it alone. */
  clipNorm: number | null;
  /** Share of the target probability spread evenly over the vocabulary, in [0, 1). */
  labelSmoothing: number;
}

/** Rows of token ids, row-major, padded with 0 at the end of a row; the engine pads further to its own buckets. */
export interface Batch {
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

/** What one optimiser step reports. */
export interface StepResult {
  /** Mean −ln p(target) in nats over the non-padding target tokens, before the step's update and without label smoothing. */
  loss: number;
  tokens: number;
  /** Global L2 norm of the gradient before clipping. */
  gradientNorm: number;
  learningRate: number;
  computeMs: number;
}

/** One teacher-forced pass without dropout: what the metrics are computed from. */
export interface Forward {
  /** Mean −ln p(target) in nats over the non-padding target tokens. */
  loss: number;
  tokens: number;
  /** [tokens × vocabularySize] row-major, one row for each non-padding target, in the batch's order; each row sums to 1. */
  probabilities: Float32Array;
  /** [tokens] target ids in the same order. */
  targets: Int32Array;
}

/** A request for text: the ids after which to go on, without BOS. */
export interface GenerateRequest {
  prompt: Int32Array;
  maxTokens: number;
  /** 0 takes the likeliest token each time; above 0 samples from softmax(logits / temperature). */
  temperature: number;
  seed: number;
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
  /** One forward, backward and update; `step` counts from 1 over the whole run and drives schedule, bias correction and dropout. */
  step(batch: Batch, step: number): Promise<StepResult>;
  /** Probabilities and loss under teacher forcing, without dropout and without an update. */
  forward(batch: Batch): Promise<Forward>;
  /** Yields the ids after the prompt as they are chosen and stops at EOS, `maxTokens`, the model's longest target, or an abort. */
  generate(request: GenerateRequest): AsyncGenerator<number>;
  /** Writes parameters, optimiser state, step, settings and the caller's progress atomically into `folder`. */
  saveCheckpoint(folder: string, progress: unknown): Promise<SavedCheckpoint>;
  /** Restores what `saveCheckpoint` wrote and returns its progress; throws a `CheckpointError` when the file is damaged or of another shape. */
  loadCheckpoint(path: string): Promise<unknown>;
  dispose(): Promise<void>;
}

/** What `createEngine` needs; a checkpoint given here is loaded before the first step. */
export interface EngineOptions {
  model: ModelSettings;
  optimiser: OptimiserSettings;
  seed: number;
  device: 'auto' | 'cpu' | 'webgpu';
  checkpoint?: string;
  /** Without optimiser state and gradients: evaluation and generation only. */
  inferenceOnly?: boolean;
}
