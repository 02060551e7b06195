import '../../../testing/browser-stubs.ts';
import type { DataProfile } from '@greenlight/shared/stages/data/preparation/profile.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import { screen, within } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { ProfileComparison } from './profile-comparison.tsx';

beforeEach(() => void translationsIn('en'));

const span = { minimum: 0, median: 1, mean: 1, maximum: 1, p95: 1, histogram: [] };
function profile(near: number, images: object | null): DataProfile {
  return {
    ...{ items: 50, rows: 50, empty: 0, unreadable: 0, images, characters: span, tokens: span, words: span },
    ...{ vocabulary: { count: 9, isEstimate: false }, languages: { zh: 0, en: 50, other: 0 }, diversity: 1 },
    duplicates: { exact: 3, near, contained: 5, partlyCompared: 0, labelConflicts: 0, examples: [] },
    labels: { counts: [], different: 0, unlabelled: 50 },
    personalData: { items: 0, findings: Object.fromEntries(PERSONAL_DATA_KINDS.map((kind) => [kind, 0])) },
    quality: { score: 80, reasons: [] },
    lengthBars: [],
  } as unknown as DataProfile;
}
const pictures = { sizeBytes: 1000, width: span, height: span, differentSizes: 1, mediaTypes: [] };

test.each([
  ['images', pictures],
  ['texts', null],
])('near-repetitions of %s stand in the table, where they cost points', (_, images) => {
  renderPart(<ProfileComparison before={profile(17, images)} after={profile(0, images)} />);
  const row = screen.getAllByRole('row').find(({ textContent }) => textContent.startsWith('Near'))!;
  expect(
    within(row)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent),
  ).toEqual(['17', '0']);
  expect(screen.queryAllByRole('row', { name: 'Within a longer text 5 5' })).toHaveLength(images === null ? 1 : 0);
});
