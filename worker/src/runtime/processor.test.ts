import { cpus } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { vectorUnitOf, VECTOR_UNIT_HERE } from '../products/vector-unit.ts';

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllEnvs());

async function nameWith(setting: string): Promise<string> {
  vi.stubEnv('GREENLIGHT_VECTORS', setting);
  const { processorName } = await import('./processor.ts');
  return processorName();
}

test('a processor is called what it calls itself where no operators of this project run', async () => {
  expect(await nameWith('none')).toBe(cpus()[0]?.model.trim());
});

test.skipIf(VECTOR_UNIT_HERE === null)('and with the vectors that they use where they do', async () => {
  expect(await nameWith('256')).toBe(`${cpus()[0]?.model.trim()}, ${vectorUnitOf(new Set(['avx2', 'fma']))?.name}`);
});
