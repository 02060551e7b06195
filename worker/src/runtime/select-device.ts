import { createCpuDevice } from './cpu.ts';
import type { Device, StateShape } from './device.ts';
import { findGraphicsAdapter } from './graphics-adapter.ts';
import { createWebGpuDevice } from './webgpu.ts';

/** Makes the device that was asked for; `auto` takes WebGPU where a real graphics processor answers, and the CPU otherwise. */
export async function createDevice(requested: 'auto' | 'cpu' | 'webgpu', shape: StateShape): Promise<Device> {
  if (requested === 'cpu') return createCpuDevice(shape, { zh: '按要求使用 CPU。', en: 'The CPU was asked for.' });
  const adapter = findGraphicsAdapter();
  if (requested === 'webgpu') {
    return createWebGpuDevice(shape, adapter?.name ?? 'unknown adapter', {
      zh: '按要求使用 WebGPU。',
      en: 'WebGPU was asked for.',
    });
  }
  if (adapter === null)
    return createCpuDevice(shape, { zh: '没有找到图形处理器。', en: 'No graphics processor was found.' });
  if (adapter.software) {
    return createCpuDevice(shape, {
      zh: `${adapter.name} 不是真正的图形处理器，CPU 更快。`,
      en: `${adapter.name} is no real graphics processor; the CPU is faster.`,
    });
  }
  try {
    return await createWebGpuDevice(shape, adapter.name, {
      zh: '找到了图形处理器。',
      en: 'A graphics processor was found.',
    });
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return createCpuDevice(shape, {
      zh: `${adapter.name} 无法以 WebGPU 启动：${problem}`,
      en: `${adapter.name} did not start with WebGPU: ${problem}`,
    });
  }
}
