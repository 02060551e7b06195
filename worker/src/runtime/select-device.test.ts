import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cudaPlaces, findCuda, INSTALL_COMMAND, type CudaFinding } from './cuda.ts';
import { DeviceUnavailableError } from './device-error.ts';
import type { DeviceReason } from './device.ts';
import { candidates, createDevice } from './select-device.ts';

const CARD = 'NVIDIA L4';
const REAL = { name: CARD, software: false };
const SOFTWARE = { name: 'SwiftShader (Vulkan in software)', software: true };
const SHAPE = { parameters: [{ name: 'w', shape: [2] }], moments: 0, training: false, frozen: new Set<string>() };

function expectBothLanguages(reason: DeviceReason | undefined, pattern: RegExp): void {
  expect(reason?.zh).toMatch(pattern);
  expect(reason?.en).toMatch(pattern);
}

describe('the order of devices', () => {
  test('auto takes CUDA, then WebGPU, then the CPU', () => {
    const order = candidates('auto', { cuda: { state: 'ready', adapter: CARD }, graphics: REAL });
    expect(order.map(({ device, adapter }) => [device, adapter])).toEqual([
      ['cuda', CARD],
      ['webgpu', CARD],
      ['cpu', null],
    ]);
  });

  test('with a card but without its libraries, auto goes on with WebGPU or the CPU and tells how to install them', () => {
    const cuda: CudaFinding = { state: 'not-installed', adapter: CARD };
    const [first] = candidates('auto', { cuda, graphics: REAL });
    expect(first?.device).toBe('webgpu');
    expectBothLanguages(first?.reason, /NVIDIA L4.*--onnxruntime-node-install=cuda12/);
    const [second] = candidates('auto', { cuda, graphics: null });
    expect(second?.device).toBe('cpu');
    expectBothLanguages(second?.reason, /NVIDIA L4.*--onnxruntime-node-install=cuda12/);
  });

  test('a card that does not start is said, a missing one is not', () => {
    const broken: CudaFinding = { state: 'broken', adapter: CARD, problem: 'no driver' };
    const [first] = candidates('auto', { cuda: broken, graphics: SOFTWARE });
    expect(first?.device).toBe('cpu');
    expectBothLanguages(first?.reason, /NVIDIA L4.*CUDA.*no driver.*SwiftShader/);
    const [plain] = candidates('auto', { cuda: { state: 'not-installed', adapter: null }, graphics: null });
    expect(plain?.reason).toEqual({ zh: '没有找到图形处理器。', en: 'No graphics processor was found.' });
  });

  test.each([
    [{ state: 'unsupported' }, /x64/],
    [{ state: 'no-card' }, /nvidia-smi/],
    [{ state: 'not-installed', adapter: null }, /script\/install\.js --onnxruntime-node-install=cuda12/],
    [{ state: 'broken', adapter: CARD, problem: 'no driver' }, /no driver/],
  ] satisfies [CudaFinding, RegExp][])(
    'CUDA that was asked for and is %j is refused with what to do',
    (cuda, pattern) => {
      const ask = () => candidates('cuda', { cuda, graphics: REAL });
      expect(ask).toThrow(DeviceUnavailableError);
      try {
        ask();
      } catch (error) {
        expectBothLanguages((error as DeviceUnavailableError).sentence, pattern);
      }
    },
  );
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'this machine (where CUDA files exist for: Linux on x64)',
  () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'greenlight-cuda-'));
      await writeFile(join(folder, 'nvidia-smi'), '#!/bin/sh\necho "NVIDIA L4"\n');
      await chmod(join(folder, 'nvidia-smi'), 0o700);
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('a card without libraries is found under its name', async () => {
      const places = { ...cudaPlaces(), libraryFolder: folder, nameProgram: join(folder, 'nvidia-smi') };
      expect(await findCuda(places)).toEqual({ state: 'not-installed', adapter: CARD });
      expect(await findCuda({ ...places, nameProgram: join(folder, 'missing') })).toMatchObject({ adapter: null });
      expect(await findCuda({ ...places, platform: 'darwin/arm64' })).toEqual({ state: 'unsupported' });
    });

    test('libraries that do not load leave the process running and say why', async () => {
      const installed = await findCuda();
      if (installed.state === 'ready') return;
      for (const file of ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so']) {
        await writeFile(join(folder, file), 'no library');
      }
      const places = { ...cudaPlaces(), libraryFolder: folder, nameProgram: join(folder, 'nvidia-smi') };
      const found = await findCuda(places);
      expect(found).toMatchObject({
        state: 'broken',
        adapter: CARD,
        problem: expect.stringMatching(/^Failed to load library .*libonnxruntime_providers_shared\.so/),
      });
      const [first] = candidates('auto', { cuda: found, graphics: null });
      expect(first?.device).toBe('cpu');
    });

    test('auto always makes a device and says why; CUDA is made or refused with the command that installs it', async () => {
      const device = await createDevice('auto', SHAPE);
      expect(['cuda', 'webgpu', 'cpu']).toContain(device.report.device);
      expect(device.report.reason.zh.length * device.report.reason.en.length).toBeGreaterThan(0);
      await device.dispose();
      const installed = await findCuda();
      if (installed.state === 'ready') {
        const cuda = await createDevice('cuda', SHAPE);
        expect(cuda.report).toMatchObject({ device: 'cuda', adapter: installed.adapter });
        await cuda.dispose();
      } else {
        await expect(createDevice('cuda', SHAPE)).rejects.toThrow(DeviceUnavailableError);
        if (installed.state === 'not-installed')
          await expect(createDevice('cuda', SHAPE)).rejects.toThrow(INSTALL_COMMAND);
      }
    });
  },
);
