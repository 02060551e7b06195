import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import type { ComparedValue, EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { TFunction } from 'i18next';
import { measureName } from '../../ui/criterion-text.ts';
import { formatWithin } from '../../ui/numbers.ts';

type Row = EvaluationComparison['rows'][number];
type Words = TFunction<['comparison', 'common']>;
type NotCompared = NonNullable<ComparedValue['notCompared']>;
/** The short name of an evaluation by its id. */
export type Names = ReadonlyMap<string, string>;

/** Numbers that are named in a sentence; the others are counted. */
const MOST_NAMED = 3;

/** What is named first where not all can be: the headlines, then these. */
const TELLING = ['auc-micro', 'accuracy', 'loss', 'calibration-error'];

/** The number by which several are put in order, of what labels: macro F1, or of what predicts numbers the share of variance that it explains. */
const HEADLINES = ['f1-macro', 'r-squared', 'loss'];
const HEADLINES_OF_WRITING = ['loss'];

/** What the comparison says, in one sentence, and a second one where the numbers are no evidence for new texts. */
export function comparisonVerdict(
  { evaluations, rows }: Pick<EvaluationComparison, 'evaluations' | 'rows'>,
  names: Names,
  language: Language,
  t: Words,
): string {
  const all = evaluations.map(({ id }) => names.get(id) ?? id);
  const sentence =
    evaluations.length === 2 ? verdictOfTwo(rows, all, language, t) : verdictOfMore(rows, all, language, t);
  const seen = evaluations.flatMap(({ sameAsTraining }, place) => (sameAsTraining ? [all[place] ?? ''] : []));
  const ended = t('verdict.end', { sentence });
  if (seen.length === 0) return ended;
  return t('verdict.withCaveat', { sentence: ended, caveat: t('verdict.caveat', { names: listed(seen, t) }) });
}

function listed(names: readonly string[], t: Words): string {
  if (names.length < 2) return names.join('');
  return t('verdict.and', {
    first: names.slice(0, -1).join(t('common:listOf.separator')),
    last: names.at(-1) ?? '',
  });
}

/** The numbers of first heads before those of further ones, the telling ones before the others. */
function mostTellingFirst(rows: readonly Row[], writes: boolean): readonly Row[] {
  const order = [...(writes ? HEADLINES_OF_WRITING : HEADLINES.slice(0, 2)), ...TELLING];
  const placeOf = ({ metric, task }: Row) => {
    const place = order.indexOf(metric);
    return task === null && place >= 0 ? place : order.length;
  };
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}

function namedMetrics(rows: readonly Row[], language: Language, t: Words): string {
  const names = rows.map(({ metric, task }) => measureName({ metric, ...(task === null ? {} : { task }) }, language));
  if (names.length <= MOST_NAMED + 1) return listed(names, t);
  const first = names.slice(0, MOST_NAMED).join(t('common:listOf.separator'));
  return t('verdict.more', { names: first, rest: names.length - MOST_NAMED });
}

/** What is said most often where nothing is said. */
function mostFrequentReason(cells: readonly (ComparedValue | null | undefined)[]): NotCompared | undefined {
  const reasons = cells.flatMap((cell) => cell?.notCompared ?? []);
  const countOf = (reason: NotCompared) => reasons.filter((one) => one === reason).length;
  return reasons.toSorted((a, b) => countOf(b) - countOf(a))[0];
}

function verdictOfTwo(
  rows: readonly Row[],
  [baseline = '', subject = '']: readonly string[],
  language: Language,
  t: Words,
): string {
  const common = rows.filter(({ cells }) => cells.every((cell) => cell !== null));
  const ordered = mostTellingFirst(common, isWriting(rows));
  const said = (what: ComparedValue['said']) => ordered.filter(({ cells }) => cells[1]?.said === what);
  const [better, worse, same] = [said('better'), said('worse'), said('no-difference-shown')];
  const unsaid = common.length - better.length - worse.length - same.length;
  const both = { subject, baseline };
  if (unsaid === common.length) {
    const reason = mostFrequentReason(common.map(({ cells }) => cells[1]));
    return reason === undefined
      ? t('verdict.nothingAtAll')
      : t('verdict.nothing', { ...both, reason: t(`reason.${reason}`) });
  }
  const of = { ...both, better: namedMetrics(better, language, t), worse: namedMetrics(worse, language, t) };
  const first =
    better.length > 0 && worse.length > 0
      ? t('verdict.both', of)
      : better.length > 0
        ? t('verdict.better', of)
        : worse.length > 0
          ? t('verdict.worse', of)
          : t('verdict.noDifference', { ...both, count: same.length });
  const isSaid = better.length + worse.length > 0;
  const parts = [
    first,
    ...(isSaid && same.length > 0 ? [withoutDifference(same, headlineOf(rows), language, t)] : []),
    ...(unsaid > 0 ? [t('verdict.unsaid', { count: unsaid })] : []),
  ];
  return parts.join(t('verdict.separator'));
}

/** In how many numbers no difference is shown, with the headline by name: that it shows none says more than that others do. */
function withoutDifference(same: readonly Row[], headline: Row | undefined, language: Language, t: Words): string {
  if (headline === undefined || !same.includes(headline)) return t('verdict.same', { count: same.length });
  const metric = measureName({ metric: headline.metric }, language);
  return same.length === 1
    ? t('verdict.sameHeadline', { metric })
    : t('verdict.sameWith', { metric, count: same.length - 1 });
}

/** Whether what is compared writes text. */
export function isWriting(rows: readonly Row[]): boolean {
  return rows.some(({ metric }) => metric === 'memorisation');
}

/** The row that several are put in order by; undefined where no two of them have one. */
function headlineOf(rows: readonly Row[]): Row | undefined {
  const first = rows.filter(
    ({ metric, task, cells }) =>
      task === null && findMetric(metric) && cells.filter((cell) => cell?.measured.value != null).length > 1,
  );
  const wanted = isWriting(rows) ? HEADLINES_OF_WRITING : HEADLINES;
  return wanted.flatMap((id) => first.find(({ metric }) => metric === id) ?? [])[0] ?? first[0];
}

function verdictOfMore(rows: readonly Row[], names: readonly string[], language: Language, t: Words): string {
  const row = headlineOf(rows);
  if (row === undefined) return t('verdict.noHeadline', { number: names.length });
  const isHigher = findMetric(row.metric)?.better === 'higher';
  const measured = row.cells.flatMap((cell, place) =>
    cell?.measured.value == null ? [] : [{ cell, place, value: cell.measured.value }],
  );
  const first = measured.reduce((best, one) =>
    (isHigher ? one.value > best.value : one.value < best.value) ? one : best,
  );
  const { low, high } = first.cell.measured;
  const start = t(isHigher ? 'verdict.highest' : 'verdict.lowest', {
    number: measured.length,
    name: names[first.place] ?? '',
    metric: measureName({ metric: row.metric }, language),
    value: formatWithin(first.value, low, high),
  });
  return start + (first.place === 0 ? saidOfOthers(row, t) : saidAgainstBaseline(first.cell, names[0] ?? '', t));
}

function saidAgainstBaseline({ said, notCompared }: ComparedValue, baseline: string, t: Words): string {
  if (said === 'better') return t('verdict.andBetter', { baseline });
  if (said === 'worse') return t('verdict.andWorse', { baseline });
  if (said === 'no-difference-shown') return t('verdict.andSame', { baseline });
  return t('verdict.andUnsaid', { baseline, reason: t(`reason.${notCompared ?? 'no-interval'}`) });
}

function saidOfOthers({ cells }: Row, t: Words): string {
  const others = cells.slice(1);
  const countOf = (what: ComparedValue['said']) => others.filter((cell) => cell?.said === what).length;
  const [worse, same] = [countOf('worse'), countOf('no-difference-shown')];
  const unsaid = others.length - worse - same - countOf('better');
  return [
    t('verdict.andIsBaseline'),
    ...(worse > 0 ? [t('verdict.othersWorse', { count: worse })] : []),
    ...(same > 0 ? [t('verdict.othersSame', { count: same })] : []),
    ...(unsaid > 0 ? [t('verdict.othersUnsaid', { count: unsaid })] : []),
  ].join('');
}
