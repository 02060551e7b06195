import { describe, expect, test } from 'vitest';
import { findMetric } from '../../../metrics/registry.ts';
import { PROBLEM_TYPES } from '../../requirements/contract.ts';
import { runConfiguration } from '../../training/configuration.ts';
import { ARCHITECTURES, findArchitecture, searchArchitectures } from './catalogue.ts';

/** Every text in two languages inside a value. */
function textsIn(value: unknown): { en: string; zh: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'zh' in value) return [value as { en: string; zh: string }];
  return Object.values(value).flatMap(textsIn);
}

describe('every entry of the catalogue', () => {
  test.each(ARCHITECTURES.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
    expect(entry.sources.length).toBeGreaterThan(0);
    const cited = new Set(entry.sources.map(({ id }) => id));
    for (const { url, year } of entry.sources) {
      expect(url).toMatch(/^https:\/\/(arxiv\.org\/abs\/\d{4}\.\d{4,5}|doi\.org\/10\.|[\w.-]+\/)/);
      expect(year).toBeGreaterThan(1990);
    }
    for (const score of entry.scores) {
      expect(cited).toContain(score.source);
      if (score.registryMetric === null) continue;
      const [low, high] = findMetric(score.registryMetric)?.range ?? [null, null];
      expect(score.value).toBeGreaterThanOrEqual(low ?? -Infinity);
      expect(score.value).toBeLessThanOrEqual(high ?? Infinity);
    }
    expect(entry.strengths.length * entry.risks.length * entry.problemTypes.length).toBeGreaterThan(0);
    for (const { en, zh } of textsIn(entry)) expect([en.trim(), zh.trim()]).not.toContain('');
    // Chinese sentences are Chinese: names and licences stay as they are.
    for (const text of [entry.summary, entry.data, ...entry.strengths, ...entry.risks])
      expect(text.zh).toMatch(/\p{Script=Han}/u);
    if (entry.training !== null) expect(runConfiguration.parse(entry.training)).toMatchObject(entry.training);
  });
});

test('ids are unique, every kind of problem has entries, and all three architectures of the engine are trained here', () => {
  expect(new Set(ARCHITECTURES.map(({ id }) => id)).size).toBe(ARCHITECTURES.length);
  for (const problemType of PROBLEM_TYPES) expect(searchArchitectures({ problemType }).length).toBeGreaterThan(1);
  const trained = ARCHITECTURES.flatMap(({ training }) => (training === null ? [] : [training.architecture]));
  expect(new Set(trained)).toEqual(new Set(['decoder-only', 'encoder-classifier', 'encoder-decoder']));
});

test.each([
  [{ problemType: 'speech-recognition' as const, search: 'whisper' }, ['whisper-large-v2']],
  [{ search: '1810.04805 GLUE' }, ['bert-large']],
  [{ search: '1810.04805 wikipedia' }, ['bert-base']],
  [{ search: '  逻辑回归 ' }, ['logistic-tf-idf']],
  [{ search: 'nothing like this' }, []],
])('a search finds by words of both languages and by sources: %o', (filter, expected) => {
  expect(searchArchitectures(filter).map(({ id }) => id)).toEqual(expected);
});

test('a name that the catalogue lacks is nothing', () => {
  expect(findArchitecture('skynet')).toBeUndefined();
  expect(findArchitecture('bert-base')?.parameters.count).toBe(110_000_000);
});
