import { belongsToLayer } from '@greenlight/shared/stages/training/layers.ts';
import { parameterSpecs, type ParameterSpec } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { ShapeError } from './errors.ts';

/** The parameters that training moves, in the model's order: all but those of frozen layers. */
export function trainableParameters(model: ModelSettings, frozen: readonly string[]): ParameterSpec[] {
  return parameterSpecs(model).filter(({ name }) => !frozen.some((layer) => belongsToLayer(name, layer)));
}

/** Throws a `ShapeError` when a layer to freeze does not exist, or when nothing is left to train. */
export function checkFrozen(model: ModelSettings, frozen: readonly string[]): void {
  for (const layer of frozen) {
    if (parameterSpecs(model).some(({ name }) => belongsToLayer(name, layer))) continue;
    const en = `The model has no layer '${layer}' to freeze.`;
    throw new ShapeError({ zh: `模型没有可冻结的层“${layer}”。`, en }, layer);
  }
  if (trainableParameters(model, frozen).length === 0) {
    throw new ShapeError({ zh: '所有层都被冻结，模型无法学习。', en: 'All layers are frozen: nothing can learn.' });
  }
}
