import { inLanguage, type Language, type LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { MatrixContent, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Ranking } from '@greenlight/shared/stages/selection/ranking.ts';
import type { ScoreRange, Sensitivity, WeightRange } from '@greenlight/shared/stages/selection/sensitivity.ts';
import type { TFunction } from 'i18next';

/** Names of what a matrix is about, in the language of the screen. */
export interface MatrixNames {
  readonly candidate: (id: string | null) => string;
  readonly criterion: (id: string | null) => string;
  readonly unit: (criterionId: string) => string;
}

/** Looks names up in a matrix. */
export function namesOf(
  candidates: readonly { readonly id: string; readonly name: LocalizedText }[],
  criteria: readonly MatrixCriterion[],
  language: Language,
): MatrixNames {
  const byId = new Map([...candidates, ...criteria].map(({ id, name }) => [id, inLanguage(name, language)]));
  const nameOf = (id: string | null) => (id === null ? '' : (byId.get(id) ?? id));
  return {
    candidate: nameOf,
    criterion: nameOf,
    unit: (id) => criteria.find((criterion) => criterion.id === id)?.unit ?? '',
  };
}

type Words = TFunction<'selection'>;

/** A share with two decimals, or with as many as tell it from 0, from 1 and from another one. */
export function formatWeight(share: number, other = share): string {
  const apart = [share, 1 - share, share === other ? 1 : Math.abs(share - other)].filter((distance) => distance > 0);
  const decimals = Math.min(6, Math.max(2, ...apart.map((distance) => -Math.floor(Math.log10(distance)))));
  return share.toFixed(decimals);
}

/** A total, or the range that the missing scores allow. */
export function totalText({ low, high }: { readonly low: number; readonly high: number }): string {
  return high - low > 1e-9 ? `${low.toFixed(2)} – ${high.toFixed(2)}` : low.toFixed(2);
}

/** Candidates one after another, for the middle of a sentence; names may hold commas. */
export function namedList(ids: readonly string[], names: MatrixNames, t: Words, last: 'and' | 'or' = 'and'): string {
  const named = ids.map(names.candidate);
  if (named.length < 3) return named.join(t(last));
  return [named.slice(0, -1).join(t('listed')), ...named.slice(-1)].join(t(`${last}Last`));
}

/** Who leads and whether that is certain, as one sentence. */
export function leaderSentence(ranking: Ranking, names: MatrixNames, t: Words): string {
  const { leader, rows } = ranking;
  if (leader === null) return t(rows.length === 0 ? 'verdict.noCandidates' : 'verdict.nobody');
  if (rows.every(({ missing, contributions }) => missing.length === contributions.length)) return t('verdict.unscored');
  const first = rows.find(({ candidateId }) => candidateId === leader.candidateId);
  const values = {
    name: names.candidate(leader.candidateId),
    total: totalText(first?.total ?? { low: 0, high: 0 }),
    others:
      leader.challengers.length > 0
        ? namedList(leader.challengers, names, t, 'or')
        : namedList(leader.tiedWith, names, t),
  };
  if (leader.challengers.length > 0) return t('verdict.open', values);
  if (leader.tiedWith.length > 0) return t('verdict.tied', values);
  const standing = rows.filter(({ places }) => places !== null);
  const second = standing[1];
  if (second === undefined) return t('verdict.alone', values);
  return t('verdict.leads', {
    ...values,
    second: names.candidate(second.candidateId),
    secondTotal: totalText(second.total),
  });
}

/** What a change of one weight would do, in words; one sentence for each end. */
export function weightSentences(range: WeightRange, names: MatrixNames, t: Words): string[] {
  const { share, low, high, isOnly } = range;
  const values = { criterion: names.criterion(range.criterionId), share: formatWeight(share) };
  if (isOnly) return [t('sensitivity.only', values)];
  const found = [
    ...(low === null
      ? []
      : [
          t('sensitivity.weightBelow', {
            ...values,
            end: formatWeight(low, share),
            other: names.candidate(range.firstBelow),
          }),
        ]),
    ...(high === null
      ? []
      : [
          t('sensitivity.weightAbove', {
            ...values,
            end: formatWeight(high, share),
            other: names.candidate(range.firstAbove),
          }),
        ]),
  ];
  return found.length > 0 ? found : [t('sensitivity.weightNever', values)];
}

/** What a change of one score would do, in words; one sentence for each end. */
export function scoreSentences(range: ScoreRange, names: MatrixNames, t: Words): string[] {
  const { score, low, high, firstBelow, firstAbove, criterionId } = range;
  const unit = names.unit(criterionId);
  const number = (value: number) => `${String(Number(value.toPrecision(4)))}${unit === '' ? '' : ` ${unit}`}`;
  const values = {
    candidate: names.candidate(range.candidateId),
    criterion: names.criterion(criterionId),
    score: number(score),
  };
  const end = (at: number, key: 'Below' | 'Above', first: string | null) =>
    first === null
      ? t(`sensitivity.nobody${key}`, { ...values, end: number(at) })
      : t(`sensitivity.score${key}`, { ...values, end: number(at), other: names.candidate(first) });
  return [
    ...(low === null ? [] : [end(low, 'Below', firstBelow)]),
    ...(high === null ? [] : [end(high, 'Above', firstAbove)]),
  ];
}

/** The scores whose change flips the ranking soonest, by the distance relative to the spread of their criterion. */
export function nearestScores(
  sensitivity: Sensitivity,
  { criteria, cells }: MatrixContent,
  most: number,
): ScoreRange[] {
  const spreadOf = (criterionId: string) => {
    const scale = criteria.find(({ id }) => id === criterionId)?.scale;
    if (scale?.kind === 'anchors') return Math.abs(scale.best - scale.worst);
    const scores = cells.filter((cell) => cell.criterionId === criterionId).map(({ score }) => score);
    return Math.max(...scores) - Math.min(...scores) || 1;
  };
  const distanceOf = ({ score, low, high, criterionId }: ScoreRange) =>
    Math.min(score - (low ?? -Infinity), (high ?? Infinity) - score) / spreadOf(criterionId);
  return sensitivity.scores
    .filter(({ low, high }) => low !== null || high !== null)
    .toSorted((one, two) => distanceOf(one) - distanceOf(two))
    .slice(0, most);
}
