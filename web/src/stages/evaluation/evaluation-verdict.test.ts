import { expect, test } from 'vitest';
import { criterionVerdict } from '../../testing/criterion-verdict.ts';
import { translationsIn } from '../../testing/translations.ts';
import { evaluationVerdict } from './evaluation-verdict.ts';

const pass = criterionVerdict({ verdict: 'pass', value: { value: 0.9 } });
const fail = criterionVerdict({ verdict: 'fail' });
const unclear = criterionVerdict({ verdict: 'not-enough-evidence', criterion: { metric: 'accuracy' } });
const shouldFail = criterionVerdict({ verdict: 'fail', criterion: { level: 'should' } });

test.each([
  ['all musts pass', [pass, shouldFail], false, 'Meets the requirement: every must-criterion passes.'],
  [
    'passes on trained items',
    [pass],
    true,
    'Every must-criterion passes, but only on items that were also trained on: this is not yet evidence for new texts.',
  ],
  [
    'one fails, one is unclear',
    [unclear, fail],
    true,
    'Does not meet the requirement: F1 (macro) 0.7900 is below 0.85; Accuracy has too little evidence.',
  ],
  ['one is unclear', [pass, unclear], false, 'Cannot be decided yet: Accuracy has too little evidence.'],
  ['no must', [shouldFail], false, 'The requirement has no must-criteria, so this evaluation decides nothing.'],
])('%s', (_, verdicts, sameAsTraining, sentence) => {
  const t = translationsIn('en').getFixedT('en', 'evaluation');
  expect(evaluationVerdict({ verdicts, sameAsTraining, seenInTraining: null }, 'en', t)).toBe(sentence);
});

test('what passes on texts that were trained on says how many they are', () => {
  const t = translationsIn('en').getFixedT('en', 'evaluation');
  const seenInTraining = { texts: 200, exact: 2, elsewhere: 0, near: null, isDataGone: false, origin: null };
  expect(evaluationVerdict({ verdicts: [pass], sameAsTraining: true, seenInTraining }, 'en', t)).toBe(
    'Every must-criterion passes, but 2 of 200 texts were also trained on: this is not yet evidence for new texts.',
  );
});
