import type { Pointer } from '../runtime/ort-library.ts';
import type { OpenJobs } from './open-jobs.ts';
import {
  PACKED_PRODUCTS,
  readCachedAttention,
  readPackedProduct,
  type OPEN_OPERATORS,
  type OpenOperator,
} from './open-node.ts';
import type { NodeReader } from './operators.ts';

function isProduct(name: OpenOperator): boolean {
  return name === PACKED_PRODUCTS.plain || name === PACKED_PRODUCTS.withAddend;
}

/** The piece of code that computes such an operator. */
export function computeOf({ name, inputs }: (typeof OPEN_OPERATORS)[number]): string {
  return `compute ${isProduct(name) ? 'packed' : 'cached'} ${inputs}`;
}

/** Adds the job of a node of such an operator. */
export function addOpenJob(jobs: OpenJobs, name: OpenOperator, { integer, float }: NodeReader): Pointer {
  return isProduct(name)
    ? jobs.addProduct(readPackedProduct(name, integer))
    : jobs.addAttention(readCachedAttention(name, integer, float('scale')));
}
