import { AppError } from '../plugins/app-error.ts';
import type { Storage } from './storage.ts';

/** Whether a content of this size is in storage. */
export async function isStored(storage: Storage, sha256: string, sizeBytes: number): Promise<boolean> {
  try {
    const { stream, sizeBytes: found } = await storage.open(sha256, { start: 0, length: 0 });
    stream.destroy();
    return found === sizeBytes;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return false;
    throw error;
  }
}
