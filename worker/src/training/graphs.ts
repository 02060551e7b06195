import * as tf from '@tensorflow/tfjs';
import { takesFactors } from '@greenlight/shared/stages/training/plan/left-gradients.ts';
import type { BatchShape } from '@greenlight/shared/stages/training/plan/padding.ts';
import { operationsHere } from '../graph/operations-here.ts';
import { factorTensor } from '../graph/told-factors.ts';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import { traceBackend } from '../graph/trace-backend.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { Loss } from '../model/operations.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  classify,
  labelledLoss,
  nextTokenLogits,
  nextTokenLoss,
  teacherForcedStates,
  type Transformer,
} from '../model/transformer.ts';
import {
  embeddingRowsOutput,
  FACTOR_ROLES,
  factorOutput,
  gatheredInput,
  gradientOutput,
  KEEP_INPUT,
  LOSS_OUTPUT,
  nextOutput,
  stateInput,
  UPDATE_INPUTS,
  updateInput,
} from '../runtime/binding-names.ts';
import type { GraphDialect } from '../runtime/device.ts';
import { auxiliaryInput, forwardInputs, trainingInputs } from './batch-inputs.ts';
import { maskSpec, unpackedMask, type MaskSpec } from './dropout-masks.ts';
import { trainableParameters } from './frozen.ts';
import {
  gatheredInputs,
  movedStateInputs,
  named,
  parametersOf,
  slotInputs,
  stateUnits,
  unitGradients,
  updatedOutputs,
  type Learning,
} from './update-graph.ts';

/** A training graph and the random masks it has to be fed, in the order of the forward pass. */
export interface TrainingGraph {
  graph: RecordedGraph;
  masks: MaskSpec[];
}

function parameterInputs(model: ModelSettings): TensorSpec[] {
  return parameterSpecs(model).map(({ name, shape }) => ({ name: stateInput(name), shape, type: 'float32' }));
}

/**
 * Records loss and gradients for one batch shape. Devices that update in the graph get the optimiser with it (`step`), or, for one of several
 * micro-batches, the sum of its gradients and those gathered before (`gather`).
 */
export function recordTraining(
  model: ModelSettings,
  { optimiser, frozen }: Learning,
  shape: BatchShape,
  dialect: GraphDialect,
  purpose: 'step' | 'gather' = 'step',
): TrainingGraph {
  const trainable = trainableParameters(model, frozen);
  const units = stateUnits(model, frozen, dialect);
  const moving = units.filter(({ moves }) => moves);
  const { updatesInGraph } = dialect;
  const gathers = updatesInGraph && purpose === 'gather';
  const updates = updatesInGraph && purpose === 'step';
  const leavesProducts = dialect.weightFactors === true && takesFactors(optimiser);
  const scalarInputs = [
    ...(updates ? UPDATE_INPUTS.map((name) => updateInput(name)) : []),
    ...(gathers ? [KEEP_INPUT] : []),
  ].map((name): TensorSpec => ({ name, shape: [], type: 'float32' }));
  const stateInputs = [
    ...(updates ? movedStateInputs(moving, optimiser) : []),
    ...(gathers ? gatheredInputs(moving) : []),
  ];
  const masks: MaskSpec[] = [];
  const graph = record(
    [...slotInputs(units), ...stateInputs, ...scalarInputs, ...trainingInputs(model, shape)],
    ({ inputs, declareInput }) => {
      const { operations, rows, factors } = operationsHere({ ...dialect, weightFactors: leavesProducts });
      let applied = 0;
      const dropout = (x: tf.Tensor): tf.Tensor => {
        const spec = maskSpec(`dropout.${applied}`, x.shape, dialect.packedMasks);
        masks[applied++] = spec;
        const { name, shape: given, type } = spec;
        const mask = declareInput({ name, shape: given, type });
        return tf.mul(x, spec.packed ? unpackedMask(mask, x.shape, model.dropout) : mask);
      };
      const fixed = parametersOf(units, inputs);
      let loss: tf.Tensor | undefined;
      const objective = (...values: tf.Tensor[]): tf.Scalar => {
        const learning = Object.fromEntries(trainable.map(({ name }, index) => [name, values[index] as tf.Tensor]));
        const parameters = { ...fixed, ...learning };
        const network = { settings: model, parameters, operations, dropout: model.dropout > 0 ? dropout : null };
        const result = lossOf(network, inputs, optimiser.labelSmoothing);
        loss = tf.keep(result.loss);
        return result.objective as tf.Scalar;
      };
      const { grads } = tf.valueAndGrads(objective)(trainable.map(({ name }) => named(fixed, name)));
      if (loss === undefined) throw new Error('The loss was not recorded');
      const outputs: Record<string, tf.Tensor> = { [LOSS_OUTPUT]: loss };
      if (updatesInGraph) {
        const gradients = new Map(trainable.map(({ name }, index) => [name, grads[index] as tf.Tensor]));
        const given = unitGradients(moving, gradients);
        if (updates) return { ...outputs, ...updatedOutputs(moving, given, inputs, optimiser) };
        moving.forEach(({ name }, index) => {
          const gathered = tf.mul(named(inputs, gatheredInput(name)), named(inputs, KEEP_INPUT));
          outputs[nextOutput(gatheredInput(name))] = tf.add(gathered, given[index] as tf.Tensor);
        });
        return outputs;
      }
      trainable.forEach(({ name }, index) => {
        if (name === 'embedding' && dialect.embeddingRows) return;
        const gradient = grads[index] as tf.Tensor;
        const product = factors.size === 0 ? undefined : factors.get(traceBackend.nameOf(gradient));
        if (product === undefined) outputs[gradientOutput(name)] = gradient;
        else for (const role of FACTOR_ROLES) outputs[factorOutput(name, role)] = factorTensor(product[role]);
      });
      rows.forEach((gradient, lookup) => {
        if (gradient !== undefined) outputs[embeddingRowsOutput(lookup)] = gradient;
      });
      return outputs;
    },
    { sequenceOutput: dialect.sequenceOutput && !dialect.ownProducts },
  );
  return { graph, masks };
}

/** The loss of a batch whose arrays are named as `trainingInputs` names them. */
export function lossOf(network: Transformer, inputs: Record<string, tf.Tensor>, smoothing: number): Loss {
  const source = inputs['source'] ?? null;
  const weights = named(inputs, 'weights');
  if (network.settings.head !== null) {
    const truth = { labels: named(inputs, 'labels'), weights };
    const further = (network.settings.auxiliaryHeads ?? []).map((_, head) => ({
      labels: named(inputs, auxiliaryInput('labels', head)),
      weights: named(inputs, auxiliaryInput('weights', head)),
    }));
    return labelledLoss(network, named(inputs, 'source'), truth, smoothing, further);
  }
  const [targetIn, targetOut] = [named(inputs, 'targetIn'), named(inputs, 'targetOut')];
  return nextTokenLoss(network, source, targetIn, targetOut, weights, smoothing);
}

/**
 * Records the forward pass without dropout as a search for the layer that first goes wrong: `layers` names them in
 * order, and output number i of the graph, under the same index, is 0 where layer i's output is finite and not a number elsewhere.
 */
export function recordDiagnosis(
  model: ModelSettings,
  shape: BatchShape,
  dialect: GraphDialect,
): { graph: RecordedGraph; layers: string[] } {
  const layers: string[] = [];
  const graph = recordPass(model, shape, dialect, (network, answers) => {
    const outputs: Record<string, tf.Tensor> = {};
    // An eager device runs this anew each time.
    layers.length = 0;
    network.observe = (layer, x) => {
      // ∞ − ∞ and NaN − NaN are not numbers; everything else leaves 0.
      outputs[diagnosisOutput(layers.length)] = tf.sum(tf.sub(x, x));
      layers.push(layer);
    };
    answers();
    return outputs;
  });
  return { graph, layers };
}

/** Name of the diagnosis graph's output for a layer. */
export function diagnosisOutput(index: number): string {
  return `layer.${index}`;
}

/**
 * Records the forward pass without dropout: `probabilities` [B·T, V] of every next token, or what the heads of a classifier answer, named by
 * `logitsOutput`, [B, K] each.
 */
export function recordForward(model: ModelSettings, shape: BatchShape, dialect: GraphDialect): RecordedGraph {
  return recordPass(model, shape, dialect, (_network, answers): Record<string, tf.Tensor> => {
    const [first, ...further] = answers();
    if (model.head === null) return { probabilities: tf.softmax(first) };
    const outputs: Record<string, tf.Tensor> = { [logitsOutput(null)]: first };
    further.forEach((logits, head) => (outputs[logitsOutput(head)] = logits));
    return outputs;
  });
}

/** Name of the forward graph's output with what a classifier's first head (null) or one of its auxiliary heads answers. */
export function logitsOutput(auxiliaryHead: number | null): string {
  return auxiliaryHead === null ? 'logits' : `logits.${auxiliaryHead}`;
}

/** Records what `compute` makes of a model without dropout; it calls `answers` for what each output layer gives. */
function recordPass(
  model: ModelSettings,
  shape: BatchShape,
  dialect: GraphDialect,
  compute: (network: Transformer, answers: () => [tf.Tensor, ...tf.Tensor[]]) => Record<string, tf.Tensor>,
): RecordedGraph {
  return record([...parameterInputs(model), ...forwardInputs(shape)], ({ inputs }) => {
    const parameters = Object.fromEntries(
      parameterSpecs(model).map(({ name }) => [name, named(inputs, stateInput(name))]),
    );
    const { operations } = operationsHere({ ...dialect, checksAttention: dialect.softmaxHidesNaN === true });
    const network: Transformer = { settings: model, parameters, operations, dropout: null };
    return compute(network, () => {
      if (model.head !== null) return classify(network, named(inputs, 'source'));
      const { states } = teacherForcedStates(network, inputs['source'] ?? null, named(inputs, 'targetIn'));
      return [nextTokenLogits(network, states)];
    });
  });
}
