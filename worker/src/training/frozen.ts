import { parameterSpecs, type ParameterSpec } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';

function belongsTo(parameter: string, layer: string): boolean {
  return parameter === layer || parameter.startsWith(`${layer}.`);
}

/** The parameters that training moves, in the model's order: all but those of frozen layers. */
export function trainableParameters(model: ModelSettings, frozen: readonly string[]): ParameterSpec[] {
  return parameterSpecs(model).filter(({ name }) => !frozen.some((layer) => belongsTo(name, layer)));
}

/** Throws a RangeError when a layer to freeze does not exist, or when nothing is left to train. */
export function checkFrozen(model: ModelSettings, frozen: readonly string[]): void {
  for (const layer of frozen) {
    if (parameterSpecs(model).some(({ name }) => belongsTo(name, layer))) continue;
    throw new RangeError(`The model has no layer '${layer}' to freeze`);
  }
  if (trainableParameters(model, frozen).length === 0) throw new RangeError('All layers are frozen: nothing can learn');
}
