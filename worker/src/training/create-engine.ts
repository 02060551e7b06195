import { initialiseParameter, parameterSpecs } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { createDevice } from '../runtime/select-device.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { momentCount } from './optimiser.ts';
import { Trainer } from './trainer.ts';

/** Makes an engine in the calling thread: chooses the device, initialises or loads the parameters. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { model, optimiser, seed, inferenceOnly = false } = options;
  checkSettings(model);
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
  const state = await device.readState();
  const parameters = state.filter(({ slot }) => slot === 0);
  specs.forEach((spec, index) => {
    const data = parameters[index]?.data;
    if (data !== undefined) initialiseParameter(spec, index, seed, data);
  });
  await device.writeState(parameters);
  return trainer;
}

/** Throws a RangeError for settings that no graph can be recorded for. */
function checkSettings({ architecture, dModel, heads, dropout }: ModelSettings): void {
  if (architecture === 'encoder-classifier') throw new RangeError('The engine does not train encoder classifiers');
  if (dModel % heads !== 0) throw new RangeError(`dModel ${dModel} is not a multiple of ${heads} heads`);
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`A dropout of ${dropout} is not in [0, 1)`);
}
