import * as tf from '@tensorflow/tfjs';
import { fusedOperations } from '../graph/fused-operations.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { nextTokenLogits, nextTokenLoss, teacherForcedStates, type Transformer } from '../model/transformer.ts';
import {
  embeddingRowsOutput,
  gradientOutput,
  LOSS_OUTPUT,
  nextStateOutput,
  SQUARED_NORMS_OUTPUT,
  stateInput,
  UPDATE_INPUTS,
  updateInput,
} from '../runtime/binding-names.ts';
import type { Feeds, GraphDialect } from '../runtime/device.ts';
import type { OptimiserSettings } from './engine.ts';
import { clippingScale, momentCount, updatedState, type UpdateTensors } from './optimiser.ts';
import type { BatchShape, PaddedBatch } from './padding.ts';

/** A training graph and the random masks it has to be fed, in the order of the forward pass. */
export interface TrainingGraph {
  graph: RecordedGraph;
  masks: TensorSpec[];
}

function batchInputs({ batchSize, sourceLength, targetLength }: BatchShape): TensorSpec[] {
  const ids = (name: string, length: number): TensorSpec => ({ name, shape: [batchSize, length], type: 'int32' });
  return [
    ...(sourceLength > 0 ? [ids('source', sourceLength)] : []),
    ids('targetIn', targetLength),
    ids('targetOut', targetLength),
    { name: 'weights', shape: [batchSize * targetLength], type: 'float32' },
  ];
}

/** What a graph of the forward pass is fed of a batch. */
export function forwardFeeds(batch: PaddedBatch): Feeds {
  const ids = (data: Int32Array, length: number) => ({ data, shape: [batch.batchSize, length] });
  return {
    ...(batch.sourceLength > 0 ? { source: ids(batch.source, batch.sourceLength) } : {}),
    targetIn: ids(batch.targetIn, batch.targetLength),
  };
}

/** What a training graph is fed of a batch. */
export function trainingFeeds(batch: PaddedBatch): Feeds {
  return {
    ...forwardFeeds(batch),
    targetOut: { data: batch.targetOut, shape: [batch.batchSize, batch.targetLength] },
    weights: { data: batch.weights, shape: [batch.weights.length] },
  };
}

/** Ids of the embedding lookups in the order in which the model makes them. */
export function embeddingLookups(batch: PaddedBatch): Int32Array[] {
  return batch.sourceLength > 0 ? [batch.source, batch.targetIn] : [batch.targetIn];
}

function named(inputs: Record<string, tf.Tensor>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`The graph has no input '${name}'`);
  return tensor;
}

/** Records loss and gradients, and for devices that update in the graph the optimiser too, for one batch shape. */
export function recordTraining(
  model: ModelSettings,
  optimiser: OptimiserSettings,
  shape: BatchShape,
  dialect: GraphDialect,
): TrainingGraph {
  const specs = parameterSpecs(model);
  const slots = dialect.updatesInGraph ? 1 + momentCount(optimiser.optimiser) : 1;
  const stateInputs = specs.flatMap(({ name, shape: size }) =>
    Array.from({ length: slots }, (_, slot): TensorSpec => ({
      name: stateInput(name, slot),
      shape: size,
      type: 'float32',
    })),
  );
  const scalars = dialect.updatesInGraph
    ? UPDATE_INPUTS.map((name): TensorSpec => ({ name: updateInput(name), shape: [], type: 'float32' }))
    : [];
  const masks: TensorSpec[] = [];
  const graph = record(
    [...stateInputs, ...scalars, ...batchInputs(shape)],
    ({ inputs, declareInput }) => {
      const { operations, rows } = fusedOperations(dialect);
      const dropout = (x: tf.Tensor): tf.Tensor => {
        const spec: TensorSpec = { name: `dropout.${masks.length}`, shape: x.shape, type: 'float32' };
        masks.push(spec);
        return tf.mul(x, declareInput(spec));
      };
      let loss: tf.Tensor | undefined;
      const objective = (...values: tf.Tensor[]): tf.Scalar => {
        const parameters = Object.fromEntries(specs.map(({ name }, index) => [name, values[index] as tf.Tensor]));
        const result = nextTokenLoss(
          { settings: model, parameters, operations, dropout: model.dropout > 0 ? dropout : null },
          inputs['source'] ?? null,
          named(inputs, 'targetIn'),
          named(inputs, 'targetOut'),
          named(inputs, 'weights'),
          optimiser.labelSmoothing,
        );
        loss = tf.keep(result.loss);
        return result.objective as tf.Scalar;
      };
      const { grads } = tf.valueAndGrads(objective)(specs.map(({ name }) => named(inputs, stateInput(name))));
      if (loss === undefined) throw new Error('The loss was not recorded');
      const outputs: Record<string, tf.Tensor> = { [LOSS_OUTPUT]: loss };
      if (dialect.updatesInGraph) return { ...outputs, ...updates(specs, grads, inputs, slots) };
      specs.forEach(({ name }, index) => {
        if (name !== 'embedding' || !dialect.embeddingRows) outputs[gradientOutput(name)] = grads[index] as tf.Tensor;
      });
      rows.forEach((gradient, lookup) => {
        if (gradient !== undefined) outputs[embeddingRowsOutput(lookup)] = gradient;
      });
      return outputs;
    },
    { sequenceOutput: dialect.sequenceOutput },
  );
  return { graph, masks };
}

/** The optimiser as part of the graph: the next state of every parameter, and the squared norms that tell whether to keep it. */
function updates(
  specs: readonly { name: string }[],
  gradients: readonly tf.Tensor[],
  inputs: Record<string, tf.Tensor>,
  slots: number,
): Record<string, tf.Tensor> {
  const squaredNorms = tf.concat(gradients.map((gradient) => tf.reshape(tf.sum(tf.mul(gradient, gradient)), [1])));
  const scalar = (name: (typeof UPDATE_INPUTS)[number]): tf.Tensor => named(inputs, updateInput(name));
  const update: UpdateTensors = {
    gradientScale: clippingScale(tf.sum(squaredNorms), scalar('clipNorm')),
    l2: scalar('l2'),
    shrink: scalar('shrink'),
    stepSize: scalar('stepSize'),
    epsilon: scalar('epsilon'),
    beta1: scalar('beta1'),
    beta2: scalar('beta2'),
  };
  const outputs: Record<string, tf.Tensor> = { [SQUARED_NORMS_OUTPUT]: squaredNorms };
  specs.forEach(({ name }, index) => {
    const state = Array.from({ length: slots }, (_, slot) => named(inputs, stateInput(name, slot)));
    updatedState(state, gradients[index] as tf.Tensor, update).forEach((next, slot) => {
      outputs[nextStateOutput(name, slot)] = next;
    });
  });
  return outputs;
}

/**
 * Records the teacher-forced forward pass without dropout as a search for the layer that first goes wrong: `layers` names them in
 * order, and output number i of the graph, under the same index, is 0 where layer i's output is finite and not a number elsewhere.
 */
export function recordDiagnosis(
  model: ModelSettings,
  shape: BatchShape,
  dialect: GraphDialect,
): { graph: RecordedGraph; layers: string[] } {
  const layers: string[] = [];
  const graph = recordStates(model, shape, dialect, (transformer, states) => {
    const outputs: Record<string, tf.Tensor> = {};
    transformer.observe = (layer, x) => {
      // ∞ − ∞ and NaN − NaN are not numbers; everything else leaves 0.
      outputs[diagnosisOutput(layers.length)] = tf.sum(tf.sub(x, x));
      layers.push(layer);
    };
    nextTokenLogits(transformer, states());
    return outputs;
  });
  return { graph, layers };
}

/** Name of the diagnosis graph's output for a layer. */
export function diagnosisOutput(index: number): string {
  return `layer.${index}`;
}

/** Records the teacher-forced forward pass without dropout: probabilities [B·T, V] of every next token. */
export function recordForward(model: ModelSettings, shape: BatchShape, dialect: GraphDialect): RecordedGraph {
  return recordStates(model, shape, dialect, (transformer, states) => ({
    probabilities: tf.softmax(nextTokenLogits(transformer, states())),
  }));
}

/** Records what `compute` makes of a model without dropout; it calls `states` for the decoder's states [B·T, d]. */
function recordStates(
  model: ModelSettings,
  shape: BatchShape,
  dialect: GraphDialect,
  compute: (transformer: Transformer, states: () => tf.Tensor) => Record<string, tf.Tensor>,
): RecordedGraph {
  const specs = parameterSpecs(model);
  const parameterInputs = specs.map(({ name, shape: size }): TensorSpec => ({
    name: stateInput(name),
    shape: size,
    type: 'float32',
  }));
  const ids = batchInputs(shape).filter(({ name }) => name === 'source' || name === 'targetIn');
  return record([...parameterInputs, ...ids], ({ inputs }) => {
    const parameters = Object.fromEntries(specs.map(({ name }) => [name, named(inputs, stateInput(name))]));
    const { operations } = fusedOperations(dialect);
    const transformer: Transformer = { settings: model, parameters, operations, dropout: null };
    return compute(
      transformer,
      () => teacherForcedStates(transformer, inputs['source'] ?? null, named(inputs, 'targetIn')).states,
    );
  });
}
