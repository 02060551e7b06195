import { expect, test } from 'vitest';
import { isNoEvidence, seenTexts, type SeenInTraining } from './seen-in-training.ts';

const NONE: SeenInTraining = { texts: 10, exact: 0, elsewhere: 0, near: null, isDataGone: false, origin: null };

test.each([
  ['none was seen', {}, 0, false],
  ['one is a training item', { exact: 1 }, 1, true],
  ['one is nearly a training item', { near: 1 }, 1, true],
  ['one was learned by an earlier run', { elsewhere: 1 }, 1, true],
  ['nobody can tell', { isDataGone: true }, 0, true],
  ['one that is counted twice counts no more than there are', { elsewhere: 8, near: 7 }, 10, true],
])('%s', (_, change, texts, isNone) => {
  const seen = { ...NONE, ...change };
  expect([seenTexts(seen), isNoEvidence(seen)]).toEqual([texts, isNone]);
});
