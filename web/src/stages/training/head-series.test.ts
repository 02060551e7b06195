import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { expect, test } from 'vitest';
import { headCriteria } from './head-series.ts';

const criterion = (metric: string, task?: string) => ({ criterion: { metric, task } as unknown as Criterion });

test('the thresholds of a chart are those that decide, of its head alone', () => {
  const criteria = [criterion('loss'), criterion('f1-macro', 'category')];
  expect(headCriteria({ criteria }, undefined).map(({ metric }) => metric)).toEqual(['loss']);
  expect(headCriteria({ criteria }, 'category').map(({ metric }) => metric)).toEqual(['f1-macro']);
  expect(headCriteria(undefined, undefined)).toEqual([]);
});
