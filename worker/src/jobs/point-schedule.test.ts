import { expect, test } from 'vitest';
import {
  endsEpoch,
  epochOf,
  isCheckpointStep,
  isEvaluationStep,
  isPointStep,
  isRatePointStep,
  type RunSchedule,
} from './point-schedule.ts';

function schedule(changes: Partial<RunSchedule> = {}): RunSchedule {
  const run = {
    stepsPerEpoch: 3,
    epochs: 10,
    evaluateEverySteps: null,
    evaluateEveryEpochs: 1,
    checkpointEverySteps: null,
    ...changes,
  };
  return { ...run, totalSteps: run.stepsPerEpoch * run.epochs };
}

function stepsWhere(run: RunSchedule, condition: (run: RunSchedule, step: number) => boolean): number[] {
  return Array.from({ length: run.totalSteps }, (_, index) => index + 1).filter((step) => condition(run, step));
}

test('steps and epochs count from one', () => {
  expect([1, 3, 4, 30].map((step) => epochOf(schedule(), step))).toEqual([1, 1, 2, 10]);
  expect(stepsWhere(schedule(), endsEpoch)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
});

test('every step of a run of up to 20,000 steps is a point', () => {
  const run = schedule({ stepsPerEpoch: 2000 });
  expect(stepsWhere(run, isPointStep)).toHaveLength(20_000);
});

test('a longer run has 20,000 points, evenly spread, with the first and the last step', () => {
  const run = schedule({ stepsPerEpoch: 7777 });
  const steps = stepsWhere(run, isPointStep);
  expect(steps.length).toBeGreaterThanOrEqual(20_000);
  expect(steps.length).toBeLessThanOrEqual(20_001);
  expect([steps[0], steps.at(-1)]).toEqual([1, run.totalSteps]);
  const gaps = steps.slice(2).map((step, index) => step - (steps[index + 1] ?? 0));
  expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([3, 4]);
});

test('evaluations come at the ends of epochs, or every so many steps, and the one at the end is no part of training', () => {
  expect(stepsWhere(schedule({ epochs: 3 }), isEvaluationStep)).toEqual([3, 6]);
  expect(stepsWhere(schedule({ epochs: 3, evaluateEverySteps: 4 }), isEvaluationStep)).toEqual([4, 8]);
  expect(stepsWhere(schedule({ epochs: 5, evaluateEveryEpochs: 2 }), isEvaluationStep)).toEqual([6, 12]);
});

test('checkpoints come every so many steps', () => {
  expect(stepsWhere(schedule({ epochs: 3, checkpointEverySteps: 4 }), isCheckpointStep)).toEqual([4, 8]);
  expect(stepsWhere(schedule({ epochs: 3 }), isCheckpointStep)).toEqual([]);
});

test('a learning rate is a point at the corners of its course, and now and then where it stays the same', () => {
  const run = schedule({ stepsPerEpoch: 12 });
  const warmedUp = (step: number) => Math.min(step, 4) / 4;
  const steps = stepsWhere(run, (each, step) => isRatePointStep(each, warmedUp, step));
  expect(steps).toEqual([1, 2, 3, 4, 50, 100, 120]);
  expect(stepsWhere(run, (each, step) => isRatePointStep(each, (at) => 1 / at, step))).toHaveLength(120);
});
