import type { StateArray } from '../../runtime/device.ts';
import { openCheckpoint, type CheckpointMetadata } from '../checkpoint.ts';

/** Everything of a small checkpoint. */
export async function readCheckpoint(path: string): Promise<{ arrays: StateArray[]; metadata: CheckpointMetadata }> {
  const checkpoint = await openCheckpoint(path);
  try {
    const arrays: StateArray[] = [];
    for (const array of checkpoint.arrays) {
      const { name, slot, shape } = array;
      arrays.push({ name, slot, shape, data: await checkpoint.read(array) });
    }
    return { arrays, metadata: checkpoint.metadata };
  } finally {
    await checkpoint.close();
  }
}
