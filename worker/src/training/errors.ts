/** A loss as sentences give it: four digits say all that matters of one at which training ended. */
export function shortLoss(loss: number): string {
  return String(Number(loss.toPrecision(4)));
}

/**
 * The loss or a gradient became infinite or not a number. The parameters still are as before the step, but for a finite loss whose gradient is not and
 * is not clipped, on the CPU: then the engine does nothing more until a checkpoint is loaded.
 */
export class NonFiniteLossError extends Error {
  readonly step: number;
  readonly loss: number;
  /** Last parameter, in the order of the forward pass, whose gradient is not finite: going backward the first to go wrong; null when only the loss is not. */
  readonly parameter: string | null;
  /**
   * First layer, in the order of the forward pass, whose output is not finite without dropout; where all are, the output layer whose loss
   * overflows, or the layer of `parameter`, whose gradient was the first to overflow on the way back; null when none is known.
   */
  readonly layer: string | null;
  /** Shape of the batch, or of the micro-batch that went wrong (the first where several might have). */
  readonly batch: { batchSize: number; sourceLength: number; targetLength: number };
  /** Which of the step's micro-batches went wrong, counted from 1; null where their gradients only failed together. */
  readonly microBatch: number | null;

  constructor(
    step: number,
    loss: number,
    parameter: string | null,
    layer: string | null,
    batch: NonFiniteLossError['batch'],
    microBatch: number | null,
  ) {
    super(
      `Step ${step} has a loss of ${shortLoss(loss)}` +
        (microBatch === null || microBatch === 1 ? '' : ` in its micro-batch ${microBatch}`) +
        (parameter === null ? '' : ` and the gradient of '${parameter}' is not finite`) +
        (layer === null ? '' : `; the first layer to go wrong is '${layer}'`) +
        ` (${batch.batchSize} rows, ${batch.sourceLength} source and ${batch.targetLength} target tokens); ` +
        'the step does not count',
    );
    this.name = 'NonFiniteLossError';
    this.step = step;
    this.loss = loss;
    this.parameter = parameter;
    this.layer = layer;
    this.batch = batch;
    this.microBatch = microBatch;
  }
}

/** A model whose parameters are finite, or were thought to be, answers with numbers that are not. */
export class NonFiniteOutputError extends Error {
  /** The last step that was applied. */
  readonly step: number;
  /** First layer, in the order of the forward pass, whose output is not finite; null when all are, and only the loss is not. */
  readonly layer: string | null;
  /** Shape of the batch that was asked about. */
  readonly batch: NonFiniteLossError['batch'];

  constructor(step: number, layer: string | null, batch: NonFiniteLossError['batch']) {
    super(
      `After step ${step} the model answers with numbers that are not finite` +
        (layer === null ? '' : `; the first layer to go wrong is '${layer}'`) +
        ` (${batch.batchSize} rows, ${batch.sourceLength} source and ${batch.targetLength} target tokens)`,
    );
    this.name = 'NonFiniteOutputError';
    this.step = step;
    this.layer = layer;
    this.batch = batch;
  }
}

/** Whether training left the numbers that can be computed with. */
export function isDivergence(error: unknown): error is NonFiniteLossError | NonFiniteOutputError {
  return error instanceof NonFiniteLossError || error instanceof NonFiniteOutputError;
}

/** A checkpoint cannot be used: damaged, or not a checkpoint. */
export class CheckpointError extends Error {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`The checkpoint ${path} cannot be used: ${problem}`);
    this.name = 'CheckpointError';
    this.path = path;
    this.problem = problem;
  }
}

/** An array has another shape, or other values, than the model can take. */
export class ShapeError extends RangeError {
  readonly sentence: { readonly zh: string; readonly en: string };
  /** Name of the array as in checkpoints and graphs; null where no single one is wrong. */
  readonly tensor: string | null;

  constructor(sentence: ShapeError['sentence'], tensor: string | null = null) {
    super(sentence.en);
    this.name = 'ShapeError';
    this.sentence = sentence;
    this.tensor = tensor;
  }
}
