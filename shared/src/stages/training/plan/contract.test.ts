import { expect, test } from 'vitest';
import { startRun } from '../contract.ts';
import { planSweep, startSweep } from '../sweep/contract.ts';
import { planTraining } from './contract.ts';

test('a plan is refused for whatever would refuse the start, and says so', () => {
  expect(planTraining.errors).toEqual(startRun.errors);
  expect(planSweep.errors).toEqual(startSweep.errors?.filter((code) => code !== 'combinations-refused'));
});
