import { expect, test } from 'vitest';
import { freshPace, paceAfter } from './evaluation-pace.ts';

const RUN = { epochs: 101, epochMs: 1000 };

test('a dear first evaluation settles the pace at once', () => {
  const pace = paceAfter(freshPace(101), { ...RUN, evaluationMs: 1000 });
  expect(pace).toEqual({ everyEpochs: 100, timed: 1, isSettled: true });
});

test('otherwise the second one does: the first also prepared its graphs', () => {
  const first = paceAfter(freshPace(101), { ...RUN, evaluationMs: 500 });
  expect(first).toEqual({ everyEpochs: 1, timed: 1, isSettled: false });
  const second = paceAfter(first, { ...RUN, evaluationMs: 121 });
  expect(second).toEqual({ everyEpochs: 10, timed: 2, isSettled: true });
  expect(paceAfter(second, { ...RUN, evaluationMs: 1e6 })).toBe(second);
});
