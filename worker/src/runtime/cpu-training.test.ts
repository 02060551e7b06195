import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { parameterSpecs } from '../model/parameters.ts';
import { recordForward, recordTraining } from '../training/graphs.ts';
import { PLAIN_ADAM, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import { createCpuDevice } from './cpu.ts';
import type { Device, InferenceProgram, TrainingProgram } from './device.ts';

/** A program, and the bytes of its graph, which nothing else holds. */
async function opened(device: Device): Promise<{ program: TrainingProgram; bytes: WeakRef<Uint8Array> }> {
  const shape = { batchSize: 1, sourceLength: 8, targetLength: 8 };
  const { graph } = recordTraining(TINY_MODEL, { optimiser: PLAIN_ADAM, frozen: [] }, shape, device.dialect);
  const bytes = new WeakRef(graph.bytes);
  const unused = (): never => {
    throw new Error('One batch is all that a step has');
  };
  return { program: await device.loadTraining({ step: [graph], gather: unused, update: unused }), bytes };
}

/** The same of a graph that only computes. */
async function openedForward(device: Device): Promise<{ program: InferenceProgram; bytes: WeakRef<Uint8Array> }> {
  const shape = { batchSize: 1, sourceLength: 8, targetLength: 8 };
  const graph = recordForward(TINY_MODEL, shape, device.dialect);
  return { program: await device.loadInference(graph), bytes: new WeakRef(graph.bytes) };
}

test.each([true, false])(
  'a program does not hold the bytes of the graph that it was opened from, with own operators: %s',
  async (ownProducts) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const shape = { parameters: parameterSpecs(TINY_MODEL), moments: 2, training: true, frozen: new Set<string>() };
    const device = await createCpuDevice(shape, { zh: '测试', en: 'A test' }, { ownProducts });
    const [training, forward] = [await opened(device), await openedForward(device)];
    // What a weak reference was made for is not collected before the current job ends.
    await setTimeout(1);
    collect();
    expect([training.bytes.deref(), forward.bytes.deref()]).toEqual([undefined, undefined]);
    await training.program.dispose();
    await forward.program.dispose();
    await device.dispose();
  },
);
