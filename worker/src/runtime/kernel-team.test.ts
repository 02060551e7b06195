import { describe, expect, test } from 'vitest';
import { ownOperators } from '../products/own-operators.ts';
import { createKernelTeam, type KernelTeam } from './kernel-team.ts';
import { KERNEL_REACH_BYTES } from './kernel-loops.ts';
import { findNativeAdam } from './native-adam.ts';
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
const WITHOUT_L1 = [0.5, 0.01, 0, 0.99, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001] as const;

const isNative = (await ownOperators()) !== null;

const TEAMS = [0, 1, 3].flatMap((helpers) => [
  { helpers, updates: 'in WebAssembly' },
  ...(isNative ? [{ helpers, updates: 'by machine code' }] : []),
]);

async function teamOver(memory: WebAssembly.Memory, helpers: number, updates: string): Promise<KernelTeam> {
  return createKernelTeam(memory, helpers, updates === 'by machine code' ? await findNativeAdam(memory) : null);
}

describe.for(TEAMS)('a team with $helpers helpers that updates $updates', ({ helpers, updates }) => {
  test('updates exactly as the kernels alone do, job after job', async () => {
    const [alone, together] = [filledMemory(false), filledMemory(true)];
    const kernels = createSimdKernels(alone.memory);
    const team = await teamOver(together.memory, helpers, updates);
    await team.ready();
    for (let round = 0; round < 20; round++) {
      for (const worker of [kernels, team]) {
        worker.adam(p, m, v, g, COUNT, ...ADAM);
        worker.adam(p, m, v, g, COUNT, ...WITHOUT_L1);
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
    const [one, several] = [await teamOver(memory, 0, updates), await teamOver(memory, helpers, updates)];
    const expected = one.sumOfSquares(p, REGIONS * COUNT);
    for (let round = 0; round < 50; round++) expect(several.sumOfSquares(p, REGIONS * COUNT)).toBe(expected);
    expect(expected).toBeCloseTo(createSimdKernels(memory).sumOfSquares(p, REGIONS * COUNT), 3);
    await several.dispose();
  });

  test('updates say what the squares of their gradients add up to', async () => {
    const { memory } = filledMemory(true);
    const team = await teamOver(memory, helpers, updates);
    const expected = team.sumOfSquares(g, COUNT);
    const sums = [
      team.adam(p, m, v, g, COUNT, ...ADAM),
      team.adam(p, m, v, g, COUNT, ...WITHOUT_L1),
      team.momentum(p, m, g, COUNT, 0.5, 0.1, 0, 0.01, 0.9),
      team.sgd(p, g, COUNT, 0.5, 0, 0.1, 0.01),
    ];
    for (const sum of sums) expect(sum / expected).toBeCloseTo(1, 12);
    await team.dispose();
  });
});

describe.skipIf(!isNative)('updates by machine code', () => {
  test('a team may be disposed of at once, before its helpers have come', async () => {
    const { memory } = filledMemory(true);
    for (let round = 0; round < 20; round++) await (await teamOver(memory, 3, 'by machine code')).dispose();
    expect(memory.buffer.byteLength).toBeGreaterThan(0);
  });

  /** Zeros of both signs, numbers too small to be normal, too large to be squared, infinite ones and none. */
  const PECULIAR = [0, -0, 1e-40, -1e-44, 3e38, -2e20, Infinity, -Infinity, Number.NaN, 1e-22, -1e-30, 1];

  test.each([0, 16, 32, 4096])(
    'of %d values are those of WebAssembly to the last bit, also of peculiar numbers',
    async (count) => {
      const memories = [filledMemory(false), filledMemory(false)] as const;
      const [alone, native] = memories;
      for (const { values } of memories) {
        for (let index = 0; index < 4 * COUNT; index++) {
          const draw = (index * 2_654_435_761) % 97;
          if (draw < PECULIAR.length) values[index] = PECULIAR[draw] ?? 0;
        }
        for (let index = 2 * COUNT; index < 3 * COUNT; index++) values[index] = Math.abs(values[index] ?? 0);
      }
      const team = await teamOver(native.memory, 0, 'by machine code');
      for (const l2 of [0, 0.01]) {
        const scalars = [1, l2, 0, 1, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001] as const;
        const expected = createSimdKernels(alone.memory).adam(p, m, v, g, count, ...scalars);
        const sum = team.adam(p, m, v, g, count, ...scalars);
        expect(Number.isNaN(sum)).toBe(Number.isNaN(expected));
        // Numbers that are none may be so in different ways.
        expect([...native.values].every((value, index) => Object.is(value, alone.values[index]))).toBe(true);
      }
      await team.dispose();
    },
  );
});
