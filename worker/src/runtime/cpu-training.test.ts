import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { parameterSpecs } from '../model/parameters.ts';
import { recordTraining } from '../training/graphs.ts';
import { PLAIN_ADAM, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import { createCpuDevice } from './cpu.ts';
import type { Device, TrainingProgram } from './device.ts';

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

test('a program does not hold the bytes of the graph that it was opened from', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const shape = { parameters: parameterSpecs(TINY_MODEL), moments: 2, training: true, frozen: new Set<string>() };
  const device = await createCpuDevice(shape, { zh: '测试', en: 'A test' });
  const { program, bytes } = await opened(device);
  // What a weak reference was made for is not collected before the current job ends.
  await setTimeout(1);
  collect();
  expect(bytes.deref()).toBeUndefined();
  await program.dispose();
  await device.dispose();
});
