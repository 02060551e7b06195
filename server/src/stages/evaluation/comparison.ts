import { compare, FEWEST_COMPARED } from '@greenlight/shared/metrics/comparison.ts';
import { mcnemarExact } from '@greenlight/shared/metrics/mcnemar.ts';
import { pairedDifference } from '@greenlight/shared/metrics/paired-difference.ts';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import type {
  ChangedAnswers,
  ComparedValue,
  EvaluationComparison,
  MovedText,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { MetricValue, TaskMetricValue } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { StoredResampling } from './resampling-store.ts';

/** An evaluation as comparisons see it. */
export interface Compared {
  /** Of what was measured: the content of the version, and which split of it. */
  readonly contentSha256: string;
  readonly split: string;
  /** Texts or items that were measured. */
  readonly units: number;
  /** Of all heads. */
  readonly metrics: readonly TaskMetricValue[];
  readonly resamplings: readonly StoredResampling[];
}

/** Two sets of resamples of the same items. */
interface Pair {
  readonly baseline: StoredResampling;
  readonly other: StoredResampling;
}

type Sought = (resampling: StoredResampling) => boolean;

const ofMetric =
  (metric: string, task: string | null): Sought =>
  (one) =>
    one.task === task && one.metrics.includes(metric);

/** The resamples of both that are of the same items, or why there are none. */
function pairOf(
  baseline: Compared,
  other: Compared,
  sought: Sought,
): Pair | Exclude<ComparedValue['notCompared'], null> {
  if (baseline.resamplings.length === 0 || other.resamplings.length === 0) {
    // Of one text or item nothing is resampled.
    return Math.min(baseline.units, other.units) < 2 ? 'too-few' : 'not-kept';
  }
  const [first, second] = [baseline.resamplings.find(sought), other.resamplings.find(sought)];
  if (first === undefined || second === undefined) return 'no-interval';
  // Tokens and texts are named by what they are, items by their places in a version.
  const isSameData =
    first.of !== 'items' || (baseline.contentSha256 === other.contentSha256 && baseline.split === other.split);
  const isSame = isSameData && first.of === second.of && first.itemsSha256 === second.itemsSha256;
  return isSame ? { baseline: first, other: second } : 'other-items';
}

function resampledOf({ metrics, values }: StoredResampling, metric: string): Float32Array {
  const count = values.length / metrics.length;
  const place = metrics.indexOf(metric);
  return values.subarray(place * count, (place + 1) * count);
}

function valueIn({ metrics }: Compared, metric: string, task: string | null): MetricValue | undefined {
  const found = metrics.find((one) => one.metric === metric && (one.task ?? null) === task);
  if (found === undefined) return undefined;
  const { task: _, ...measured } = found;
  return measured;
}

/** What may be said of one number of an evaluation against the baseline's; null where it has no such number. */
function comparedValue(baseline: Compared, other: Compared, metric: string, task: string | null): ComparedValue | null {
  const measured = valueIn(other, metric, task);
  if (measured === undefined) return null;
  const without = { measured, difference: null, said: null, notCompared: null };
  if (other === baseline) return without;
  const definition = findMetric(metric);
  const pair = pairOf(baseline, other, ofMetric(metric, task));
  if (typeof pair === 'string') return { ...without, notCompared: pair };
  const before = valueIn(baseline, metric, task)?.value ?? null;
  if (before === null || measured.value === null || definition === undefined) {
    return { ...without, notCompared: 'no-interval' };
  }
  const difference = pairedDifference(
    { value: before, resampled: resampledOf(pair.baseline, metric) },
    { value: measured.value, resampled: resampledOf(pair.other, metric) },
    definition.range,
    pair.other.groups,
  );
  if (difference === null) return { ...without, notCompared: 'no-interval' };
  if (pair.other.groups < FEWEST_COMPARED) return { ...without, difference, notCompared: 'too-few' };
  return { ...without, difference, said: compare(difference, definition.better) };
}

/** The numbers of the first list, ascending, that the second does not have. */
function withoutThose(numbers: Int32Array, others: Int32Array): Int32Array {
  const known = new Set(others);
  return numbers.filter((number) => !known.has(number));
}

const answering =
  (task: string | null): Sought =>
  (one) =>
    one.of === 'items' && one.task === task;

/** Places of the items that only one of two models answered right; null where it was not kept, or they were asked others. */
export function changedItems(
  baseline: Compared,
  other: Compared,
  task: string | null,
): { worse: Int32Array; better: Int32Array } | null {
  const pair = pairOf(baseline, other, answering(task));
  if (typeof pair === 'string' || pair.baseline.wrong === null || pair.other.wrong === null) return null;
  const [before, after] = [pair.baseline.wrong, pair.other.wrong];
  return { worse: withoutThose(after, before), better: withoutThose(before, after) };
}

/** The texts that either model predicts better, those that moved most first; null where losses were not kept, or they measured others. */
export function movedTexts(baseline: Compared, other: Compared): { worse: MovedText[]; better: MovedText[] } | null {
  const pair = pairOf(baseline, other, ({ of }) => of === 'tokens');
  if (typeof pair === 'string' || pair.baseline.texts === null || pair.other.texts === null) return null;
  const { losses: before } = pair.baseline.texts;
  const { places, losses: after } = pair.other.texts;
  const all = Array.from(places, (number, text) => ({
    number,
    before: before[text] ?? NaN,
    after: after[text] ?? NaN,
  }));
  const rise = (text: MovedText) => text.after - text.before;
  const inOrder = all.toSorted((a, b) => rise(b) - rise(a) || a.number - b.number);
  return {
    worse: inOrder.filter((text) => rise(text) > 0),
    better: inOrder.filter((text) => rise(text) < 0).toReversed(),
  };
}

function changedAnswers(baseline: Compared, other: Compared, task: string | null): ChangedAnswers | null {
  const changed = other === baseline ? null : changedItems(baseline, other, task);
  if (changed === null) return null;
  const [onlyBaseline, onlyThis] = [changed.worse.length, changed.better.length];
  return { onlyBaseline, onlyThis, pValue: mcnemarExact(onlyBaseline, onlyThis) };
}

/** Every number that any of the evaluations has, in the order of the first that has it, compared with the first evaluation's. */
export function comparedNumbers(
  baseline: Compared,
  others: readonly Compared[],
): Pick<EvaluationComparison, 'rows' | 'answers'> {
  const all = [baseline, ...others];
  const names = new Map(
    all.flatMap(({ metrics }) =>
      metrics.map(({ metric, task = null }) => [JSON.stringify([metric, task]), { metric, task }] as const),
    ),
  );
  const rows = [...names.values()].map(({ metric, task }) => ({
    ...{ metric, task },
    cells: all.map((one) => comparedValue(baseline, one, metric, task)),
  }));
  const answered = all.flatMap(({ resamplings }) => resamplings.filter(({ wrong }) => wrong !== null));
  const answers = [...new Set(answered.map(({ task }) => task))].map((task) => ({
    task,
    changed: all.map((one) => changedAnswers(baseline, one, task)),
  }));
  return { rows, answers };
}
