// One part of the measurement of a large export, in a process of its own: reads its task from the command line, answers as JSON.
import { join } from 'node:path';
import { exportModel } from '../../worker/src/model-files/export-model.ts';
import { initialiseParameter, parameterSpecs, shapeSize } from '../../worker/src/model/parameters.ts';
import type { ModelSettings } from '../../worker/src/model/settings.ts';
import { PeakMemory } from '../../worker/src/report/peak-memory.ts';
import { writeCheckpoint } from '../../worker/src/training/checkpoint.ts';
import { createEngine } from '../../worker/src/training/create-engine.ts';
import { LARGE_MODELS, largeBatch } from './large-models.ts';
import { ADAM } from './training-models.ts';

/** What such a process is to do. */
export type LargeExportTask =
  | { readonly part: 'write'; readonly architecture: ModelSettings['architecture']; readonly folder: string }
  | {
      readonly part: 'export' | 'compute';
      readonly architecture: ModelSettings['architecture'];
      readonly folder: string;
      readonly checkpoint: string;
    };

/** What every part tells; the rest is of one part each. */
export interface LargeExportReply {
  readonly seconds: number;
  /** Largest resident size of the process. */
  readonly peakBytes: number;
  readonly path?: string;
  readonly parameters?: number;
  readonly files?: readonly { readonly name: string; readonly path: string; readonly sizeBytes: number }[];
  /** Probabilities, row by row. */
  readonly outputs?: readonly number[];
}

async function perform(task: LargeExportTask): Promise<Partial<LargeExportReply>> {
  const model = LARGE_MODELS[task.architecture];
  if (task.part === 'write') {
    const arrays = parameterSpecs(model).map((spec, index) => {
      const data = new Float32Array(shapeSize(spec.shape));
      initialiseParameter(spec, index, 7, data);
      return { name: spec.name, slot: 0, shape: spec.shape, data };
    });
    const metadata = { model, optimiser: ADAM, seed: 7, step: 1, progress: null };
    const { path } = await writeCheckpoint(task.folder, arrays, metadata);
    return { path, parameters: arrays.reduce((total, { data }) => total + data.length, 0) };
  }
  const { checkpoint } = task;
  if (task.part === 'export') {
    const folder = join(task.folder, 'onnx');
    const { files } = await exportModel({ checkpointPath: checkpoint, folder, producerVersion: '0', lineage: {} });
    return { files };
  }
  const engine = await createEngine({
    model,
    optimiser: ADAM,
    seed: 7,
    device: 'cpu',
    checkpoint,
    inferenceOnly: true,
  });
  const forward = await engine.forward(largeBatch(model));
  await engine.dispose();
  return { outputs: [...('probabilities' in forward ? forward.probabilities : forward.outputs)] };
}

const peak = new PeakMemory();
const startMs = performance.now();
const part = await perform(JSON.parse(process.argv[2] ?? '') as LargeExportTask);
const reply: LargeExportReply = { ...part, seconds: (performance.now() - startMs) / 1000, peakBytes: peak.bytes };
process.stdout.write(JSON.stringify(reply));
