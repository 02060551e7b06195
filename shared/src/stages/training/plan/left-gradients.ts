import type { RunConfiguration } from '../configuration.ts';

/** Rows at most over which the gradient of a weight may be left to the update: from 24 on, multiplying takes as long as writing the gradient and reading it again (measured). */
export const MOST_LEFT_ROWS = 16;
/** Values of such a weight at least: gradients of smaller ones stay in the cache anyway. */
export const FEWEST_LEFT_VALUES = 65_536;

/** Whether updates multiply gradients out themselves, block by block: those that need each of them once, and by machine code. */
export function takesFactors({
  optimiser,
  l1,
  clipNorm,
}: Pick<RunConfiguration, 'optimiser' | 'l1' | 'clipNorm'>): boolean {
  return (optimiser === 'adam' || optimiser === 'adamw') && l1 === 0 && clipNorm === null;
}
