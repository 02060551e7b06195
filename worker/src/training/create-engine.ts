import { initialiseParameter, parameterSpecs, shapeSize } from '../model/parameters.ts';
import { createDevice } from '../runtime/select-device.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { momentCount } from './optimiser.ts';
import { Trainer } from './trainer.ts';

/** Makes an engine in the calling thread: chooses the device, initialises or loads the parameters. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { model, optimiser, seed, inferenceOnly = false } = options;
  if (model.dModel % model.heads !== 0) {
    throw new RangeError(`dModel ${model.dModel} is not a multiple of ${model.heads} heads`);
  }
  const specs = parameterSpecs(model);
  const device = await createDevice(options.device, {
    parameters: specs.map(({ name, shape }) => ({ name, shape })),
    moments: inferenceOnly ? 0 : momentCount(optimiser.optimiser),
    training: !inferenceOnly,
  });
  const trainer = new Trainer(options, device);
  if (options.checkpoint !== undefined) {
    await trainer.loadCheckpoint(options.checkpoint);
    return trainer;
  }
  for (const [index, spec] of specs.entries()) {
    const data = new Float32Array(shapeSize(spec.shape));
    initialiseParameter(spec, index, seed, data);
    await device.writeState([{ name: spec.name, shape: spec.shape, slot: 0, data }]);
  }
  return trainer;
}
