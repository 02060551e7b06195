import { plainOperations } from '../model/operations.ts';
import { fusedOperations, type FusionTarget } from './fused-operations.ts';
import { traceBackend } from './trace-backend.ts';

/**
 * The model's operations as they are wanted now: as few ONNX nodes while a graph is recorded, in ordinary tfjs where the same function
 * runs on one of tfjs's own backends.
 */
export function operationsHere(target: FusionTarget): ReturnType<typeof fusedOperations> {
  return traceBackend.isRecording
    ? fusedOperations(target)
    : { operations: plainOperations, rows: [], factors: new Map() };
}
