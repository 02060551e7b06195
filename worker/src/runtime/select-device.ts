import { createCpuDevice } from './cpu.ts';
import type { Device, StateShape } from './device.ts';
import { findGraphicsAdapter } from './graphics-adapter.ts';
import { createWebGpuDevice } from './webgpu.ts';

/** Makes the device that was asked for; `auto` takes WebGPU where a real graphics processor answers, and the CPU otherwise. */
export async function createDevice(requested: 'auto' | 'cpu' | 'webgpu', shape: StateShape): Promise<Device> {
  if (requested === 'cpu') return createCpuDevice(shape, 'The CPU was asked for.');
  const adapter = findGraphicsAdapter();
  if (requested === 'webgpu') {
    return createWebGpuDevice(shape, adapter?.name ?? 'unknown adapter', 'WebGPU was asked for.');
  }
  if (adapter === null) return createCpuDevice(shape, 'No graphics processor was found.');
  if (adapter.software) {
    return createCpuDevice(shape, `${adapter.name} is no real graphics processor; the CPU is faster.`);
  }
  try {
    return await createWebGpuDevice(shape, adapter.name, 'A graphics processor was found.');
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return createCpuDevice(shape, `${adapter.name} did not start with WebGPU: ${problem}`);
  }
}
