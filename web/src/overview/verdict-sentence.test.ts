import { describe, expect, test } from 'vitest';
import { criterionVerdict } from '../testing/criterion-verdict.ts';
import { translationsIn } from '../testing/translations.ts';
import { seenRemark, verdictSentence } from './verdict-sentence.ts';

const BASE = {
  failing: [],
  withoutEvidence: 0,
  evaluationId: null,
  sameAsTraining: false,
  seenInTraining: null,
  requirementVersion: 1,
  changedAfterEvidence: null,
};
const SEEN = { texts: 200, exact: 2, elsewhere: 0, near: 1, isDataGone: false, origin: null };
const FAILING = criterionVerdict({ verdict: 'fail' });

describe('the answer to "can we ship?" in words', () => {
  test.each([
    [{ ...BASE, verdict: 'ready' as const }, 'Ready: every must-criterion passes.', '可以上线：所有必须标准均已通过。'],
    [
      { ...BASE, verdict: 'not-ready' as const, failing: [FAILING], withoutEvidence: 2 },
      'Not ready: F1 (macro) 0.7900 is below 0.85; 2 must-criteria have no sufficient evidence.',
      '尚不能上线：F1（宏平均） 0.7900 低于 0.85；2 项必须标准缺少足够的证据。',
    ],
    [
      { ...BASE, verdict: 'not-enough-evidence' as const, withoutEvidence: 1 },
      'Not enough evidence: 1 must-criterion has no sufficient evidence.',
      '证据不足：1 项必须标准缺少足够的证据。',
    ],
    [
      { ...BASE, verdict: 'not-enough-evidence' as const, sameAsTraining: true },
      'Not enough evidence: every must-criterion passes, but only on items that were also trained on.',
      '证据不足：所有必须标准均已通过，但评估所用的条目也参与了训练。',
    ],
    [
      { ...BASE, verdict: 'not-enough-evidence' as const, sameAsTraining: true, seenInTraining: SEEN },
      'Not enough evidence: every must-criterion passes, but 3 of 200 texts were also trained on (2 word for word, 1 nearly so).',
      '证据不足：所有必须标准均已通过，但 200 条文本中有 3 条参与过训练（2 条完全相同，1 条近似）。',
    ],
    [
      { ...BASE, verdict: 'no-criteria' as const },
      'No acceptance criteria are approved yet, so nothing can be decided.',
      '还没有已批准的验收标准，无法做出判断。',
    ],
  ])('%#', (verdict, english, chinese) => {
    expect(verdictSentence(verdict, 'en', translationsIn('en').getFixedT('en', 'overview'))).toBe(english);
    expect(verdictSentence(verdict, 'zh', translationsIn('zh').getFixedT('zh', 'overview'))).toBe(chinese);
  });

  test('a limit from above reads as above', () => {
    const failing = criterionVerdict({
      verdict: 'fail',
      criterion: { metric: 'loss', operator: '<=', threshold: 2.3421, unit: 'nats' },
      value: { value: 3.5 },
    });
    const sentence = verdictSentence(
      { ...BASE, verdict: 'not-ready', failing: [failing] },
      'en',
      translationsIn('en').getFixedT('en', 'overview'),
    );
    expect(sentence).toBe('Not ready: Loss 3.500 is above 2.3421 nats.');
  });
});

test.each([
  ['nothing was trained on', {}, null],
  ['nobody counted', { sameAsTraining: true }, 'The evaluated items were also trained on'],
  [
    'the verdict says how many',
    { sameAsTraining: true, seenInTraining: SEEN },
    'One such text may be why a number passes',
  ],
  [
    'the verdict has other reasons',
    { verdict: 'not-ready' as const, sameAsTraining: true, seenInTraining: SEEN },
    'Of the newest evaluation, 3 of 200 texts were also trained on',
  ],
])('beside the verdict: %s', (_, change, said) => {
  const t = translationsIn('en').getFixedT('en', 'overview');
  const remark = seenRemark({ ...BASE, verdict: 'not-enough-evidence', ...change }, 'en', t);
  if (said === null) expect(remark).toBeNull();
  else expect(remark).toContain(said);
});
