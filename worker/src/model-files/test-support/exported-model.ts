import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parameterSpecs } from '../../model/parameters.ts';
import type { ModelSettings } from '../../model/settings.ts';
import { writeCheckpoint } from '../../training/checkpoint.ts';
import { createEngine } from '../../training/create-engine.ts';
import type { Engine } from '../../training/engine.ts';
import { PLAIN_ADAM, TINY_MODEL, tinyParameters } from '../../training/test-support/tiny-model.ts';
import { exportModel, type ExportedModel, type ExportOptions } from '../export-model.ts';

/** The tiny model with other settings; layers that its architecture does not have are left out. */
export function tinySettings(changes: Partial<ModelSettings>): ModelSettings {
  const settings = { ...TINY_MODEL, ...changes };
  const { architecture } = settings;
  return {
    ...settings,
    encoderLayers: architecture === 'decoder-only' ? 0 : settings.encoderLayers,
    decoderLayers: architecture === 'encoder-classifier' ? 0 : settings.decoderLayers,
    head: architecture === 'encoder-classifier' ? (settings.head ?? { task: 'single-label', outputs: 3 }) : null,
  };
}

/** Writes a checkpoint of a tiny model with parameters of a seed. */
export async function writeTinyCheckpoint(folder: string, model: ModelSettings, seed: number): Promise<string> {
  const parameters = tinyParameters(model, seed);
  const arrays = parameterSpecs(model).map(({ name, shape }) => {
    const data = parameters.get(name) as Float32Array;
    return { name, slot: 0, shape, data };
  });
  const metadata = { model, optimiser: PLAIN_ADAM, seed, step: 7, progress: null };
  return (await writeCheckpoint(folder, arrays, metadata)).path;
}

/** A tiny model twice: in the engine, and exported into a folder. */
export async function exportTinyModel(
  folder: string,
  model: ModelSettings,
  options: Partial<ExportOptions> = {},
): Promise<{ engine: Engine; folder: string; exported: ExportedModel }> {
  await mkdir(folder, { recursive: true });
  const checkpointPath = await writeTinyCheckpoint(folder, model, 3);
  const exported = await exportModel({
    checkpointPath,
    folder: join(folder, 'onnx'),
    producerVersion: '0',
    lineage: {},
    ...options,
  });
  const engine = await createEngine({
    model,
    optimiser: PLAIN_ADAM,
    seed: 3,
    device: 'cpu',
    checkpoint: checkpointPath,
    inferenceOnly: true,
  });
  return { engine, folder: join(folder, 'onnx'), exported };
}
