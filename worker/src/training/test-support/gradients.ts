import * as tf from '@tensorflow/tfjs';
import { plainOperations } from '../../model/operations.ts';
import { parameterSpecs } from '../../model/parameters.ts';
import type { ModelSettings } from '../../model/settings.ts';
import type { Transformer } from '../../model/transformer.ts';
import { embeddingRowsOutput, gradientOutput, LOSS_OUTPUT } from '../../runtime/binding-names.ts';
import { createCpuDevice } from '../../runtime/cpu.ts';
import type { GraphDialect } from '../../runtime/device.ts';
import type { Batch, OptimiserSettings } from '../engine.ts';
import { DropoutMasks } from '../dropout-masks.ts';
import { embeddingLookups, trainingFeeds } from '../batch-inputs.ts';
import { lossOf, recordTraining } from '../graphs.ts';
import { padBatch } from '../padding.ts';
import { chooseTensorflowCpu } from '../../model/test-support/tensorflow-cpu.ts';

/** Loss of a batch, that of the first head where there are several, and its gradient for every parameter. */
interface LossAndGradients {
  loss: number;
  gradients: Map<string, Float32Array>;
}

/** Seed of the dropout masks. */
const MASK_SEED = 13;

/** What of a dialect gradients depend on. */
export type GradientDialect = Pick<
  GraphDialect,
  'fusedMatMul' | 'ownProducts' | 'sumsInParts' | 'softmaxHidesNaN' | 'embeddingRows'
>;

type Parameters = ReadonlyMap<string, Float32Array>;

/** Loss and gradients from the recorded graph, executed on the CPU; with the dropout masks that were drawn for it. */
export async function recordedGradients(
  settings: ModelSettings,
  optimiser: OptimiserSettings,
  parameters: Parameters,
  batch: Batch,
  dialect: GradientDialect,
): Promise<LossAndGradients & { masks: Float32Array[] }> {
  const specs = parameterSpecs(settings);
  const padded = padBatch(batch, settings, optimiser.auxiliaryWeights);
  const device = await createCpuDevice(
    { parameters: specs, moments: 0, training: false, frozen: new Set() },
    { zh: '测试要求', en: 'A test asked for it' },
  );
  await device.writeState(
    specs.map(({ name, shape }) => ({ name, shape, slot: 0, data: parameters.get(name) ?? new Float32Array(0) })),
  );
  const { graph, masks } = recordTraining(settings, { optimiser, frozen: [] }, padded, {
    ...dialect,
    updatesInGraph: false,
    blocks: false,
    packedMasks: false,
    sequenceOutput: false,
    shapeArithmetic: false,
  });
  const program = await device.loadInference(graph);
  const drawn = new DropoutMasks([masks], settings.dropout, MASK_SEED).at(1, 0)(0);
  const results = await program.run({ ...trainingFeeds(padded), ...drawn });
  await program.dispose();
  const gradients = new Map(specs.map(({ name }) => [name, results[gradientOutput(name)] as Float32Array | undefined]));
  const complete = new Map<string, Float32Array>();
  for (const [name, gradient] of gradients) {
    complete.set(name, gradient ?? sumOfRows(settings, results, embeddingLookups(padded)));
  }
  return {
    loss: results[LOSS_OUTPUT]?.[0] ?? Number.NaN,
    gradients: complete,
    masks: Object.values(drawn).map(({ data }) => Float32Array.from(data)),
  };
}

function sumOfRows(
  { vocabularySize, dModel }: ModelSettings,
  results: Record<string, Float32Array | Int32Array>,
  lookups: readonly Int32Array[],
): Float32Array {
  const gradient = new Float32Array(vocabularySize * dModel);
  lookups.forEach((ids, lookup) => {
    const rows = results[embeddingRowsOutput(lookup)] as Float32Array;
    ids.forEach((id, row) => {
      for (let column = 0; column < dModel; column++) {
        const index = id * dModel + column;
        gradient[index] = (gradient[index] ?? 0) + (rows[row * dModel + column] ?? 0);
      }
    });
  });
  return gradient;
}

/** Loss and gradients from tfjs's own CPU backend on the operations' plain meaning. */
export async function tensorflowGradients(
  settings: ModelSettings,
  optimiser: OptimiserSettings,
  parameters: Parameters,
  batch: Batch,
  masks: readonly Float32Array[] = [],
): Promise<LossAndGradients> {
  await chooseTensorflowCpu();
  const specs = parameterSpecs(settings);
  const padded = padBatch(batch, settings, optimiser.auxiliaryWeights);
  tf.engine().startScope();
  try {
    const feeds = Object.fromEntries(
      Object.entries(trainingFeeds(padded)).map(([name, { data, shape }]) => [
        name,
        tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32'),
      ]),
    );
    const objective = (...values: tf.Tensor[]): tf.Scalar => {
      let masksUsed = 0;
      const network: Transformer = {
        settings,
        parameters: Object.fromEntries(specs.map(({ name }, index) => [name, values[index] as tf.Tensor])),
        operations: plainOperations,
        dropout: masks.length === 0 ? null : (x) => tf.mul(x, tf.tensor(masks[masksUsed++] ?? [], x.shape)),
      };
      return lossOf(network, feeds, optimiser.labelSmoothing).objective as tf.Scalar;
    };
    const inputs = specs.map(({ name, shape }) => tf.tensor(parameters.get(name) ?? [], shape));
    const { value, grads } = tf.valueAndGrads(objective)(inputs);
    return {
      loss: value.dataSync()[0] ?? Number.NaN,
      gradients: new Map(specs.map(({ name }, index) => [name, grads[index]?.dataSync() as Float32Array])),
    };
  } finally {
    tf.engine().endScope();
  }
}
