/** Whether a device multiplies elsewhere than on the processor. */
export function isAccelerator(device: string): boolean {
  return device === 'webgpu' || device === 'cuda';
}

/** Whether a device runs a model operation by operation, without a graph. */
export function isEager(device: string): boolean {
  return device === 'tfjs-node';
}
