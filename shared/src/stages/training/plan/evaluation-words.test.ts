import { expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { scheduleSentence, scheduleWords } from './evaluation-words.ts';

const settings = (more: object = {}) => runConfiguration.parse({ epochs: 6, samplePrompts: [], ...more });
const evaluations = { everyEpochs: 2, items: 16, samplesEvery: 1, validationItems: 150 };

test.each([
  [2, null, 'every 2 epochs, on 16 of 150 validation items'],
  [1, null, 'every epoch, on 16 of 150 validation items'],
  [2, 20, 'every 20 steps, on 16 of 150 validation items'],
] as const)('every %d epochs or %s steps are said alike as a setting and in the log', (everyEpochs, steps, words) => {
  const of = [{ ...evaluations, everyEpochs }, settings({ evaluateEverySteps: steps })] as const;
  expect(scheduleWords(...of).en).toBe(words);
  expect(scheduleSentence(...of).en.replace(' on ', ', on ')).toContain(words);
});

test('a run that is only evaluated at its end says so, and why', () => {
  const only = { ...evaluations, everyEpochs: 6 };
  expect(scheduleWords(only, settings())).toEqual({ zh: '仅在最后一步之后', en: 'after the last step only' });
  expect(scheduleSentence(only, settings()).zh).toContain('因此只在最后一步之后评估');
});

test('the limit is said where the product chose, and sample texts where they are rarer', () => {
  expect(scheduleSentence(evaluations, settings()).en).toContain('at most 1 % of the training');
  expect(scheduleSentence(evaluations, settings({ earlyStoppingPatience: 2 })).en).not.toContain('at most');
  const rare = { ...evaluations, samplesEvery: 3 };
  expect(scheduleSentence(rare, settings({ samplePrompts: ['a'] })).en).toContain(
    'every 3 of these write sample texts',
  );
});
