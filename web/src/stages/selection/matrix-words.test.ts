import type { MatrixContent, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import { rankingOf } from '@greenlight/shared/stages/selection/ranking.ts';
import { sensitivityOf } from '@greenlight/shared/stages/selection/sensitivity.ts';
import { expect, test } from 'vitest';
import { translationsIn } from '../../testing/translations.ts';
import {
  formatWeight,
  leaderSentence,
  namedList,
  namesOf,
  nearestScores,
  scoreSentences,
  weightSentences,
} from './matrix-words.ts';

const criterion = (id: string, en: string, zh: string, weight: number, unit = ''): MatrixCriterion => ({
  id,
  name: { en, zh },
  metric: null,
  unit,
  direction: 'higher',
  weight,
  scale: { kind: 'anchors', worst: 0, best: 1 },
  requirement: null,
});
const criteria = [
  criterion('accuracy', 'Accuracy', '准确率', 0.75),
  criterion('price', 'Price', '价格', 0.25, 'points'),
];
const candidates = [
  { id: 'a', name: { en: 'Encoder', zh: '编码器' } },
  { id: 'b', name: { en: 'BERT', zh: 'BERT' } },
];

/** The encoder leads by accuracy, BERT by price; null leaves a score out. */
function matrix(
  scores: readonly (readonly (number | null)[])[] = [
    [0.9, 0.2],
    [0.6, 0.7],
  ],
): MatrixContent {
  const cells = scores.flatMap((row, index) =>
    row.flatMap((score, column) =>
      score === null
        ? []
        : [
            {
              criterionId: criteria[column]!.id,
              candidateId: candidates[index]!.id,
              score,
              low: null,
              high: null,
              items: null,
              evidence: { kind: 'judgement' as const, text: { en: 'Tried.' } },
            },
          ],
    ),
  );
  return { candidateIds: candidates.map(({ id }) => id), criteria, cells };
}

const wordsIn = (language: 'en' | 'zh') => translationsIn(language).getFixedT(language, 'selection');

test.each([
  ['en', 'Encoder leads with 0.73, before BERT with 0.63.'],
  ['zh', '编码器以 0.73 领先，其次是 BERT（0.63）。'],
] as const)('who leads, in %s', (language, sentence) => {
  expect(leaderSentence(rankingOf(matrix()), namesOf(candidates, criteria, language), wordsIn(language))).toBe(
    sentence,
  );
});

test.each([
  ['en', 'Encoder is ahead (0.68 – 0.93), but missing scores leave open whether BERT would overtake it.'],
  ['zh', '编码器暂时领先（0.68 – 0.93），但缺失的分数使 BERT 仍有可能反超。'],
] as const)('a lead that missing scores leave open, in %s', (language, sentence) => {
  const ranking = rankingOf(
    matrix([
      [0.9, null],
      [0.8, 0.7],
    ]),
  );
  expect(leaderSentence(ranking, namesOf(candidates, criteria, language), wordsIn(language))).toBe(sentence);
});

test('nobody leads before there is a score', () => {
  const ranking = rankingOf(
    matrix([
      [null, null],
      [null, null],
    ]),
  );
  expect(leaderSentence(ranking, namesOf(candidates, criteria, 'en'), wordsIn('en'))).toMatch(/^Nothing is scored yet/);
});

test.each([
  [
    'en',
    'A weight of “Accuracy” below 0.62 makes BERT win (now 0.75).',
    'If the score of BERT on “Accuracy” rises above 0.7333, BERT wins (now 0.6).',
  ],
  [
    'zh',
    '“准确率”的权重低于 0.62 时，BERT 胜出（当前 0.75）。',
    'BERT 的“准确率”高于 0.7333 时，BERT 胜出（当前 0.6）。',
  ],
] as const)('what would change the winner, in %s', (language, weight, score) => {
  const names = namesOf(candidates, criteria, language);
  const sensitivity = sensitivityOf(matrix())!;
  const t = wordsIn(language);
  expect(sensitivity.weights.flatMap((range) => weightSentences(range, names, t))[0]).toBe(weight);
  const flips = nearestScores(sensitivity, matrix(), 5).flatMap((range) => scoreSentences(range, names, t));
  expect(flips).toContain(score);
  expect(flips).toHaveLength(2);
});

test('a bound is told apart from the weight, from nothing and from everything', () => {
  expect([formatWeight(0.5), formatWeight(0.0004), formatWeight(0.2205, 0.22), formatWeight(0.99996)]).toEqual([
    '0.50',
    '0.0004',
    '0.2205',
    '0.99996',
  ]);
});

test.each([
  ['en', 'One', 'One or Two', 'One; Two, trained here; or Three'],
  ['zh', '一', '一、二', '一、二、三'],
] as const)('names stand one after another as a sentence has them (%s)', (language, ...expected) => {
  const named = [
    { id: '1', name: { en: 'One', zh: '一' } },
    { id: '2', name: { en: 'Two', zh: '二' } },
    { id: '3', name: { en: 'Two, trained here', zh: '二' } },
    { id: '4', name: { en: 'Three', zh: '三' } },
  ];
  const names = namesOf(named, [], language);
  const lists = [['1'], ['1', '2'], ['1', '3', '4']];
  expect(lists.map((ids) => namedList(ids, names, wordsIn(language), 'or'))).toEqual(expected);
});
