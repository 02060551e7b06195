import { describe, expect, test } from 'vitest';
import { createKernelTeam } from './kernel-team.ts';
import { KERNEL_REACH_BYTES } from './kernel-loops.ts';
import { createSimdKernels } from './simd-kernels.ts';

/** Five chunks and a bit, so that several threads find work and the last chunk is not full. */
const COUNT = 5 * 65_536 + 4096;
const REGIONS = 4;

function filledMemory(isShared: boolean) {
  const pages = Math.ceil((COUNT * REGIONS * 4 + KERNEL_REACH_BYTES) / 65_536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: isShared });
  const values = new Float32Array(memory.buffer, 0, COUNT * REGIONS);
  values.forEach((_, index) => (values[index] = Math.sin(index) + (index > 2 * COUNT ? 2 : 0)));
  return { memory, values };
}

const addresses = Array.from({ length: REGIONS }, (_, region) => region * COUNT * 4);
const [p = 0, m = 0, v = 0, g = 0] = addresses;
const ADAM = [0.5, 0.01, 0.001, 0.99, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001] as const;

describe.for([0, 1, 3])('a team with %i helpers', (helpers) => {
  test('updates exactly as the kernels alone do, job after job', async () => {
    const [alone, together] = [filledMemory(false), filledMemory(true)];
    const kernels = createSimdKernels(alone.memory);
    const team = createKernelTeam(together.memory, helpers);
    for (let round = 0; round < 20; round++) {
      for (const worker of [kernels, team]) {
        worker.adam(p, m, v, g, COUNT, ...ADAM);
        worker.add(g, m, COUNT);
        worker.momentum(p, m, g, COUNT, 1, 0, 0, 0.01, 0.9);
        worker.sgd(p, g, COUNT, 1, 0, 0, 0.01);
      }
    }
    expect(Buffer.compare(Buffer.from(alone.values.buffer), Buffer.from(together.values.buffer))).toBe(0);
    await team.dispose();
  });

  test('sums to the same number whatever the number of threads', async () => {
    const { memory } = filledMemory(true);
    const [one, several] = [createKernelTeam(memory, 0), createKernelTeam(memory, helpers)];
    const expected = one.sumOfSquares(p, REGIONS * COUNT);
    for (let round = 0; round < 50; round++) expect(several.sumOfSquares(p, REGIONS * COUNT)).toBe(expected);
    expect(expected).toBeCloseTo(createSimdKernels(memory).sumOfSquares(p, REGIONS * COUNT), 3);
    await several.dispose();
  });

  test('updates say what the squares of their gradients add up to', async () => {
    const { memory } = filledMemory(true);
    const team = createKernelTeam(memory, helpers);
    const expected = team.sumOfSquares(g, COUNT);
    const sums = [
      team.adam(p, m, v, g, COUNT, ...ADAM),
      team.momentum(p, m, g, COUNT, 0.5, 0.1, 0, 0.01, 0.9),
      team.sgd(p, g, COUNT, 0.5, 0, 0.1, 0.01),
    ];
    for (const sum of sums) expect(sum / expected).toBeCloseTo(1, 12);
    await team.dispose();
  });
});
