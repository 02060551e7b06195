import { WEBGPU } from './card-providers.ts';
import type { Device, DeviceReason, StateShape } from './device.ts';
import { GraphicsProcessor } from './graphics-session.ts';
import { createResidentDevice } from './resident-device.ts';

/** Runs graphs on a graphics processor through WebGPU. */
export async function createWebGpuDevice(shape: StateShape, adapter: string, reason: DeviceReason): Promise<Device> {
  const processor = await GraphicsProcessor.start(WEBGPU);
  return createResidentDevice(
    processor,
    shape,
    { device: 'webgpu', adapter, reason },
    { fusedMatMul: false, sumsInParts: true, softmaxHidesNaN: true, packedMasks: true, blocks: true },
  );
}
