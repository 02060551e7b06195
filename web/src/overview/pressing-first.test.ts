import { expect, test } from 'vitest';
import { criterionVerdict } from '../testing/criterion-verdict.ts';
import { pressingFirst } from './pressing-first.ts';

test('what fails comes before what lacks evidence and what passes, musts before shoulds, else as written', () => {
  const verdict = (id: string, state: 'pass' | 'fail' | 'no-evidence', level: 'must' | 'should') =>
    criterionVerdict({ verdict: state, criterion: { id, level } });
  const ordered = pressingFirst([
    verdict('passed', 'pass', 'must'),
    verdict('open', 'no-evidence', 'must'),
    verdict('wish', 'fail', 'should'),
    verdict('broken', 'fail', 'must'),
    verdict('also-open', 'no-evidence', 'must'),
  ]);
  expect(ordered.map(({ criterion }) => criterion.id)).toEqual(['broken', 'wish', 'open', 'also-open', 'passed']);
});
