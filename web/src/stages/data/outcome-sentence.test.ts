import { expect, test } from 'vitest';
import { translationsIn } from '../../testing/translations.ts';
import { outcomeSentence } from './outcome-sentence.ts';

const STEPS = [
  { step: 0, type: 'strip-white-space', items: 100, changed: 40, dropped: 0 },
  { step: 1, type: 'personal-data', items: 100, changed: 7, dropped: 0 },
  { step: 2, type: 'drop-exact-duplicates', items: 100, changed: 0, dropped: 1 },
  { step: 3, type: 'drop-near-duplicates', items: 99, changed: 0, dropped: 0 },
];
const LEAK = {
  held: 'test' as const,
  from: 'train' as const,
  heldItems: 10,
  exact: 2,
  near: 1,
  contained: null,
  examples: [],
};

test('an outcome in words says what is left, what was done, and whether anything leaks', () => {
  const told = { steps: STEPS, items: { before: 100, after: 99 }, leaks: [] };
  expect(outcomeSentence(told, translationsIn('en').getFixedT('en', 'preparation'))).toBe(
    '99 of 100 items are left. Along the way: personal data masked in 7 items, 1 exact duplicate dropped. Nothing leaks into the held-out splits.',
  );
  expect(outcomeSentence(told, translationsIn('zh').getFixedT('zh', 'preparation'))).toBe(
    '100 条中保留了 99 条。遮盖了 7 条中的个人信息，去除了 1 条完全重复。留出的划分没有泄漏。',
  );
});

test('leaks are counted, and a preparation that changed nothing lists nothing', () => {
  const told = {
    steps: [],
    items: { before: 20, after: 20 },
    leaks: [LEAK, { ...LEAK, exact: 1, near: 0, contained: 2 }],
  };
  expect(outcomeSentence(told, translationsIn('en').getFixedT('en', 'preparation'))).toBe(
    '20 of 20 items are left. 6 held-out items leak, see below.',
  );
  const before = { ...told, leaks: [], sourceLeaks: [LEAK] };
  expect(outcomeSentence(before, translationsIn('en').getFixedT('en', 'preparation'))).toBe(
    '20 of 20 items are left. 3 leaks between its splits were found. Nothing leaks into the held-out splits.',
  );
});
