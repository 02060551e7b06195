import * as tf from '@tensorflow/tfjs';
import type { TensorSpec } from '../graph/graph-builder.ts';
import { record, type RecordedGraph } from '../graph/record.ts';
import { parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import {
  gatheredInput,
  nextOutput,
  SQUARED_NORMS_OUTPUT,
  stateInput,
  UPDATE_INPUTS,
  updateInput,
} from '../runtime/binding-names.ts';
import type { GraphDialect, NamedShape } from '../runtime/device.ts';
import { asBlock, partsOf, squaredNormOf, stateBlocks, type Block } from '../runtime/state-blocks.ts';
import type { OptimiserSettings } from './engine.ts';
import { trainableParameters } from './frozen.ts';
import { clippingScale, momentCount, termsOf, updatedState, type UpdateTensors } from './optimiser.ts';

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

/** An array of parameters as training graphs get it: one parameter, or on devices that want that, a block of them. */
export interface StateUnit extends NamedShape {
  /** Updates move it; otherwise its layers are frozen. */
  moves: boolean;
  block: Block | null;
}

/** The arrays in which training graphs get a model's parameters. */
export function stateUnits(model: ModelSettings, frozen: readonly string[], { blocks }: GraphDialect): StateUnit[] {
  const specs = parameterSpecs(model);
  const moving = new Set(trainableParameters(model, frozen).map(({ name }) => name));
  if (!blocks) return specs.map(({ name, shape }) => ({ name, shape, moves: moving.has(name), block: null }));
  const still = new Set(specs.map(({ name }) => name).filter((name) => !moving.has(name)));
  return stateBlocks(specs, still).map((block) => ({
    name: block.name,
    shape: block.shape,
    moves: block.moves,
    block,
  }));
}

/** Graph inputs for one slot of units: their parameters, or one of the optimiser's moments. */
export function slotInputs(units: readonly StateUnit[], slot = 0): TensorSpec[] {
  return units.map(({ name, shape }) => ({ name: stateInput(name, slot), shape, type: 'float32' }));
}

/** Graph inputs for the optimiser's moments of the units that move. */
export function movedStateInputs(moving: readonly StateUnit[], { optimiser }: OptimiserSettings): TensorSpec[] {
  return Array.from({ length: momentCount(optimiser) }, (_, moment) => slotInputs(moving, moment + 1)).flat();
}

/** Graph inputs for the gradients that earlier micro-batches of a step have left on the device. */
export function gatheredInputs(moving: readonly StateUnit[]): TensorSpec[] {
  return moving.map(({ name, shape }) => ({ name: gatheredInput(name), shape, type: 'float32' }));
}

/** The parameters of a model by name, from the graph inputs that carry them. */
export function parametersOf(
  units: readonly StateUnit[],
  inputs: Record<string, tf.Tensor>,
): Record<string, tf.Tensor> {
  return Object.fromEntries(
    units.flatMap(({ name, block }): [string, tf.Tensor][] => {
      const values = named(inputs, stateInput(name));
      return block === null ? [[name, values]] : partsOf(block, values);
    }),
  );
}

/** The gradients of units that move, from those of their parameters by name. */
export function unitGradients(moving: readonly StateUnit[], gradients: ReadonlyMap<string, tf.Tensor>): tf.Tensor[] {
  const gradientOf = (name: string): tf.Tensor => {
    const gradient = gradients.get(name);
    if (gradient === undefined) throw new Error(`There is no gradient of '${name}'`);
    return gradient;
  };
  return moving.map(({ name, block }) =>
    block === null
      ? gradientOf(name)
      : asBlock(
          block,
          block.parts.map((part) => gradientOf(part.name)),
        ),
  );
}

/** The optimiser as part of a graph: the next state of every unit that moves, and the squared norms that tell whether to keep it. */
export function updatedOutputs(
  moving: readonly StateUnit[],
  gradients: readonly tf.Tensor[],
  inputs: Record<string, tf.Tensor>,
  optimiser: OptimiserSettings,
): Record<string, tf.Tensor> {
  const squaredNorms = tf.concat(
    moving.map(({ block }, index) => {
      const gradient = gradients[index] as tf.Tensor;
      return block === null ? tf.reshape(tf.sum(tf.mul(gradient, gradient)), [1]) : squaredNormOf(gradient);
    }),
  );
  const scalar = (name: (typeof UPDATE_INPUTS)[number]): tf.Tensor => named(inputs, updateInput(name));
  const terms = termsOf(optimiser);
  const update: UpdateTensors = {
    gradientScale: terms.clipNorm ? clippingScale(tf.sum(squaredNorms), scalar('clipNorm')) : null,
    l2: terms.l2 ? scalar('l2') : null,
    l1: terms.l1 ? scalar('l1') : null,
    shrink: terms.shrink ? scalar('shrink') : null,
    stepSize: scalar('stepSize'),
    epsilon: scalar('epsilon'),
    beta1: scalar('beta1'),
    beta2: scalar('beta2'),
  };
  const outputs: Record<string, tf.Tensor> = { [SQUARED_NORMS_OUTPUT]: squaredNorms };
  moving.forEach(({ name }, index) => {
    const slots = Array.from({ length: 1 + momentCount(optimiser.optimiser) }, (_, slot) => stateInput(name, slot));
    const state = slots.map((input) => named(inputs, input));
    updatedState(state, gradients[index] as tf.Tensor, update).forEach((next, slot) => {
      outputs[nextOutput(slots[slot] ?? '')] = next;
    });
  });
  return outputs;
}

/** Records the update from gradients that several micro-batches have gathered; for devices that update in the graph. */
export function recordUpdate(
  model: ModelSettings,
  { optimiser, frozen }: Learning,
  dialect: GraphDialect,
): RecordedGraph {
  const moving = stateUnits(model, frozen, dialect).filter(({ moves }) => moves);
  const scalars = UPDATE_INPUTS.map((name): TensorSpec => ({ name: updateInput(name), shape: [], type: 'float32' }));
  const state = [...slotInputs(moving), ...movedStateInputs(moving, optimiser), ...gatheredInputs(moving)];
  return record([...state, ...scalars], ({ inputs }) => {
    const gradients = moving.map(({ name }) => named(inputs, gatheredInput(name)));
    return updatedOutputs(moving, gradients, inputs, optimiser);
  });
}
