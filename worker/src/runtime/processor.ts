import { cpus } from 'node:os';
import { VECTOR_UNIT_HERE } from '../products/vector-unit.ts';

/** The processor's own name, and the vectors that this project's operators use: with others a run's numbers are others in their last digits. */
export function processorName(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return VECTOR_UNIT_HERE === null ? model : `${model}, ${VECTOR_UNIT_HERE.name}`;
}
