import * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import type { ParameterSpec } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  gatheredInput,
  nextOutput,
  SQUARED_NORMS_OUTPUT,
  stateInput,
  UPDATE_INPUTS,
  updateInput,
} from '../runtime/binding-names.ts';
import type { OptimiserSettings } from './engine.ts';
import { trainableParameters } from './frozen.ts';
import { clippingScale, momentCount, updatedState, type UpdateTensors } from './optimiser.ts';

/** How a model learns, as far as its graphs depend on it. */
export interface Learning {
  optimiser: OptimiserSettings;
  /** Layers that keep their parameters; see `EngineOptions`. */
  frozen: readonly string[];
}

/** The graph input of a name; throws when there is none. */
export function named(inputs: Record<string, tf.Tensor>, name: string): tf.Tensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`The graph has no input '${name}'`);
  return tensor;
}

/** Graph inputs for the optimiser's moments of the parameters that move. */
export function movedStateInputs(trainable: readonly ParameterSpec[], { optimiser }: OptimiserSettings): TensorSpec[] {
  return trainable.flatMap(({ name, shape }) =>
    Array.from({ length: momentCount(optimiser) }, (_, moment): TensorSpec => ({
      name: stateInput(name, moment + 1),
      shape,
      type: 'float32',
    })),
  );
}

/** Graph inputs for the gradients that earlier micro-batches of a step have left on the device. */
export function gatheredInputs(trainable: readonly ParameterSpec[]): TensorSpec[] {
  return trainable.map(({ name, shape }) => ({ name: gatheredInput(name), shape, type: 'float32' }));
}

/** The optimiser as part of a graph: the next state of every parameter that moves, and the squared norms that tell whether to keep it. */
export function updatedOutputs(
  trainable: readonly ParameterSpec[],
  gradients: readonly tf.Tensor[],
  inputs: Record<string, tf.Tensor>,
  { optimiser, l1 }: OptimiserSettings,
): Record<string, tf.Tensor> {
  const squaredNorms = tf.concat(gradients.map((gradient) => tf.reshape(tf.sum(tf.mul(gradient, gradient)), [1])));
  const scalar = (name: (typeof UPDATE_INPUTS)[number]): tf.Tensor => named(inputs, updateInput(name));
  const update: UpdateTensors = {
    gradientScale: clippingScale(tf.sum(squaredNorms), scalar('clipNorm')),
    l2: scalar('l2'),
    l1: l1 > 0 ? scalar('l1') : null,
    shrink: scalar('shrink'),
    stepSize: scalar('stepSize'),
    epsilon: scalar('epsilon'),
    beta1: scalar('beta1'),
    beta2: scalar('beta2'),
  };
  const outputs: Record<string, tf.Tensor> = { [SQUARED_NORMS_OUTPUT]: squaredNorms };
  trainable.forEach(({ name }, index) => {
    const slots = Array.from({ length: 1 + momentCount(optimiser) }, (_, slot) => stateInput(name, slot));
    const state = slots.map((input) => named(inputs, input));
    updatedState(state, gradients[index] as tf.Tensor, update).forEach((next, slot) => {
      outputs[nextOutput(slots[slot] ?? '')] = next;
    });
  });
  return outputs;
}

/** Records the update from gradients that several micro-batches have gathered; for devices that update in the graph. */
export function recordUpdate(model: ModelSettings, { optimiser, frozen }: Learning): RecordedGraph {
  const trainable = trainableParameters(model, frozen);
  const parameters = trainable.map(({ name, shape }): TensorSpec => ({
    name: stateInput(name),
    shape,
    type: 'float32',
  }));
  const scalars = UPDATE_INPUTS.map((name): TensorSpec => ({ name: updateInput(name), shape: [], type: 'float32' }));
  const state = [...parameters, ...movedStateInputs(trainable, optimiser), ...gatheredInputs(trainable)];
  return record([...state, ...scalars], ({ inputs }) => {
    const gradients = trainable.map(({ name }) => named(inputs, gatheredInput(name)));
    return updatedOutputs(trainable, gradients, inputs, optimiser);
  });
}
