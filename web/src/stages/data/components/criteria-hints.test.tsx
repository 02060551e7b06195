import '../../../testing/browser-stubs.ts';
import { sourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { requirementVersion } from '../../../testing/requirement-version.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { judgedColumns, lostColumns, TooFewHeldOut } from './criteria-hints.tsx';

const [recall] = requirementVersion().criteria;
const criteria = [
  { criterion: { ...recall!, minimumItems: 1000 } },
  { criterion: { ...recall!, metric: 'slice-gap', slice: 'dialect', minimumItems: 500 } },
  // Requests, not held-out items.
  { criterion: { ...recall!, metric: 'latency-p95-ms', minimumItems: 2000 } },
];

beforeEach(() => translationsIn('en'));

test('criteria that the held-out items cannot decide are told of, with how many texts would do', () => {
  renderPart(<TooFewHeldOut criteria={criteria} heldOut={45} />);
  const hint = screen.getByTestId('too-few-held-out').textContent;
  expect(hint).toContain('2 criteria of the requirement ask for up to 1,000 held-out items; there will be 45');
  expect(hint).toContain('Bring about 10,000');
});

test('only what is short counts, and enough says nothing', () => {
  const { unmount } = renderPart(<TooFewHeldOut criteria={criteria} heldOut={600} />);
  expect(screen.getByTestId('too-few-held-out').textContent).toContain('One criterion of the requirement asks');
  unmount();
  renderPart(<TooFewHeldOut criteria={criteria} heldOut={1000} />);
  expect(screen.queryByTestId('too-few-held-out')).toBeNull();
});

test('columns that criteria judge by are named once', () => {
  const again = { criterion: { ...recall!, slice: 'dialect=north' } };
  expect(judgedColumns([...criteria, again])).toEqual(['dialect']);
});

test('of a large file, columns that are absent, not kept or used for something else are lost; labels are not', () => {
  const mapping = (change: object = {}) => sourceMapping.parse({ text: 'comment', labels: ['abuse'], ...change });
  const lost = (judged: string[], change?: object) =>
    lostColumns(judged, ['comment', 'abuse', 'dialect'], mapping(change));
  expect(lost(['dialect', 'abuse'])).toEqual([]);
  expect(lost(['dialect'], { keepsOtherColumns: false })).toEqual(['dialect']);
  expect(lost(['dialect'], { split: 'dialect' })).toEqual(['dialect']);
  expect(lost(['region', 'comment'])).toEqual(['region', 'comment']);
  // Nothing is known of a file that was not read yet.
  expect(lostColumns(['region'], undefined, null)).toEqual([]);
});
