import { expect, test } from 'vitest';
import { findPersonalData } from '@greenlight/shared/stages/data/preparation/personal-data/find.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import { moderationComments } from './moderation-comments.ts';
import { COMMENT_SEED, moderationSeed } from './moderation.ts';

const comments = moderationComments(moderationSeed.comments, COMMENT_SEED);

test('the example comments are the same for the same seed, in both languages, with every label', () => {
  expect(moderationComments(moderationSeed.comments, COMMENT_SEED)).toEqual(comments);
  expect(moderationComments(moderationSeed.comments, COMMENT_SEED + 1)).not.toEqual(comments);
  expect(comments).toHaveLength(moderationSeed.comments);
  expect(comments.filter(({ text }) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThan(100);
  expect(comments.filter(({ text }) => !/\p{Script=Han}/u.test(text)).length).toBeGreaterThan(100);
  expect(new Set(comments.map(({ label }) => label))).toEqual(new Set(['fine', 'insult', 'threat', 'advertising']));
});

test('they hold repetitions and made-up addresses for cleaning to find, and only reserved ones', () => {
  expect(new Set(comments.map(({ text }) => text)).size).toBeLessThan(comments.length - 5);
  const found = comments.flatMap(({ text }) =>
    findPersonalData(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]),
  );
  expect(found.length).toBeGreaterThan(5);
  for (const [kind, text] of found) {
    expect(kind).toBe('e-mail');
    expect(text).toMatch(/@example\.(?:com|org|net)$/);
  }
});

test('its candidates stand in the catalogue', () => {
  for (const candidate of moderationSeed.candidates) expect(findArchitecture(candidate)).toBeDefined();
});
