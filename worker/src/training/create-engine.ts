import { outputLayerOfHead } from '@greenlight/shared/stages/training/layers.ts';
import { initialiseParameter, parameterSpecs } from '../model/parameters.ts';
import type { Device, StateShape } from '../runtime/device.ts';
import { createDevice } from '../runtime/select-device.ts';
import { checkModel, checkOptimiser } from './check-settings.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { checkFrozen, trainableParameters } from './frozen.ts';
import { momentCount } from './optimiser.ts';
import { Trainer } from './trainer.ts';

/** Makes an engine in the calling thread: chooses the device, initialises or loads the parameters. */
export function createEngine(options: EngineOptions): Promise<Engine> {
  return createEngineOn((shape) => createDevice(options.device, shape), options);
}

/** The same on a device that the caller makes. */
export async function createEngineOn(
  makeDevice: (shape: StateShape) => Promise<Device>,
  options: EngineOptions,
): Promise<Engine> {
  const { model, optimiser, seed, frozen = [], inferenceOnly = false } = options;
  checkModel(model);
  checkOptimiser(optimiser);
  checkFrozen(model, frozen);
  const specs = parameterSpecs(model);
  const moving = new Set(trainableParameters(model, frozen).map(({ name }) => name));
  const device = await makeDevice({
    parameters: specs.map(({ name, shape }) => ({ name, shape })),
    moments: inferenceOnly ? 0 : momentCount(optimiser.optimiser),
    training: !inferenceOnly,
    frozen: new Set(specs.map(({ name }) => name).filter((name) => !moving.has(name))),
  });
  const trainer = new Trainer(options, device);
  if (options.checkpoint !== undefined) {
    await trainer.loadCheckpoint(options.checkpoint);
    return trainer;
  }
  const isNew = newParameters(options);
  if (options.startFrom !== undefined) {
    await trainer.loadParameters(options.startFrom, ({ name }) => !isNew(name));
    if (!specs.some(({ name }) => isNew(name))) return trainer;
  }
  const state = await device.readState();
  const parameters = state.filter(({ slot }) => slot === 0);
  specs.forEach((spec, index) => {
    const data = parameters[index]?.data;
    if (data !== undefined && isNew(spec.name)) initialiseParameter(spec, index, seed, data);
  });
  await device.writeState(parameters);
  return trainer;
}

/** Says which parameters begin as the seed says: all, or with a checkpoint to start from those of the new heads. */
function newParameters({ startFrom, newHeads = [] }: EngineOptions): (parameter: string) => boolean {
  if (startFrom === undefined) return () => true;
  const layers = newHeads.map(outputLayerOfHead);
  const names = new Set(layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  return (parameter) => names.has(parameter);
}
