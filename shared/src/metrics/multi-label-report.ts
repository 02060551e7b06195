import { bootstrapIntervals, type BootstrapOptions, DEFAULT_BOOTSTRAP } from './bootstrap.ts';
import type { ClassificationCurve } from './classification-curves.ts';
import { reduceCurve } from './curve-reduction.ts';
import { meanRocCurve } from './macro-roc.ts';
import { type MeasuredValue, measuredValue } from './measured-value.ts';
import { fewGroupsNote, metricNote, rareClassNote, undefinedNote } from './metric-notes.ts';
import { decisionStatistics, type MultiLabelItems, undefinedLabels } from './multi-label-decisions.ts';
import { averagePrecision, precisionRecallCurve } from './precision-recall.ts';
import { areaUnderRoc, rocCurve } from './roc.ts';
import { groupScores, type ScoreGroups } from './score-groups.ts';
import { MOST_RANKED_PAIRS, type RankedAreas, WeightedRanking } from './weighted-label-ranking.ts';

const AREAS = ['auc-micro', 'auc-macro', 'average-precision-micro', 'average-precision-macro'] as const;

const CLASS_MEANS: ReadonlySet<string> = new Set([
  'precision-macro',
  'recall-macro',
  'f1-macro',
  'auc-macro',
  'average-precision-macro',
]);

/** Every number and curve of a classification with any number of labels an item. */
interface MultiLabelReport {
  metrics: MeasuredValue[];
  curves: ClassificationCurve[];
}

function meanOf(areas: readonly (number | null)[]): number | null {
  const defined = areas.filter((area) => area !== null);
  return defined.length === 0 ? null : defined.reduce((sum, area) => sum + area, 0) / defined.length;
}

function labelOf(values: ArrayLike<number>, label: number, { items, labels }: MultiLabelItems): Float32Array {
  return Float32Array.from({ length: items }, (_, item) => values[item * labels + label]!);
}

/** How many items have the rarest label that any has. */
function itemsOfRarestLabel({ items, labels, truth }: MultiLabelItems): number {
  const support = new Float64Array(labels);
  for (let pair = 0; pair < items * labels; pair++) if (truth[pair]! > 0) support[pair % labels]! += 1;
  return support.reduce((fewest, having) => (having > 0 && having < fewest ? having : fewest), Infinity);
}

/** The areas of a sample: micro over all pairs, macro over the labels that have both outcomes. */
function areaValues(micro: RankedAreas, each: readonly RankedAreas[]) {
  return {
    'auc-micro': micro.auc,
    'auc-macro': meanOf(each.map(({ auc }) => auc)),
    'average-precision-micro': micro.averagePrecision,
    'average-precision-macro': meanOf(each.map((areas) => areas.averagePrecision)),
  };
}

function areasOf(groups: ScoreGroups): RankedAreas {
  return { auc: areaUnderRoc(groups), averagePrecision: averagePrecision(groups) };
}

/**
 * The report of N items with L labels: `probabilities` and `truth` (0 or 1) are [N × L], row-major; a label is said where its probability
 * is above 0.5, as scikit-learn's indicator format. Intervals by bootstrap over items. Throws RangeError on lengths that do not match.
 */
export function multiLabelReport(given: MultiLabelItems, options: Partial<BootstrapOptions> = {}): MultiLabelReport {
  const { items, labels, probabilities, truth } = given;
  const pairs = items * labels;
  if (probabilities.length !== pairs || truth.length !== pairs) {
    throw new RangeError(`${probabilities.length} probabilities and ${truth.length} truths for ${pairs} pairs`);
  }
  const micro = groupScores(probabilities, truth);
  const numbers = Array.from({ length: labels }, (_, label) => label);
  const each = numbers.map((label) => groupScores(labelOf(probabilities, label, given), labelOf(truth, label, given)));
  const decisionValues = decisionStatistics(given);
  const points = { ...decisionValues(), ...areaValues(areasOf(micro), each.map(areasOf)) };
  const resamples = options.resamples ?? DEFAULT_BOOTSTRAP.resamples;
  const isRanked = pairs <= MOST_RANKED_PAIRS && resamples > 0;
  const ranking = isRanked ? new WeightedRanking(given) : null;
  const statistics = (weights: Float64Array) => {
    const decisions = decisionValues(weights);
    if (ranking === null) return decisions;
    return { ...decisions, ...areaValues(ranking.micro(weights), ranking.each(weights)) };
  };
  const intervals: Partial<Record<string, { low: number; high: number }>> = bootstrapIntervals(items, statistics, {
    ...DEFAULT_BOOTSTRAP,
    ...options,
  });
  const defined = each.filter((groups) => areaUnderRoc(groups) !== null).length;
  const undefinedOnes = undefinedLabels(given);
  const undefinedIn: Partial<Record<string, number>> = {
    'precision-macro': undefinedOnes.precision,
    'recall-macro': undefinedOnes.recall,
    'f1-macro': undefinedOnes.f1,
  };
  const rarest = rareClassNote(itemsOfRarestLabel(given));
  const metrics = (Object.keys(points) as (keyof typeof points)[]).map((name) => {
    const interval = intervals[name];
    const notes = [...undefinedNote(undefinedIn[name] ?? 0), ...(interval === undefined ? [] : fewGroupsNote(items))];
    if (interval !== undefined && CLASS_MEANS.has(name)) notes.push(...rarest);
    const isArea = (AREAS as readonly string[]).includes(name);
    if (isArea && !isRanked && resamples > 0) notes.push(metricNote('too-large-for-interval', pairs));
    if (name === 'auc-macro' && defined < labels) notes.push(metricNote('classes-averaged', defined));
    return measuredValue(name, points[name], items, interval, notes);
  });
  return { metrics, curves: curvesOf(micro, each, points) };
}

function curvesOf(
  micro: ScoreGroups,
  each: readonly ScoreGroups[],
  areas: Record<(typeof AREAS)[number], number | null>,
): ClassificationCurve[] {
  const curves: ClassificationCurve[] = [];
  const ofLabels = each.map((groups) => rocCurve(groups)).filter((curve) => curve !== null);
  for (const [kind, curve, area] of [
    ['roc-micro', rocCurve(micro), areas['auc-micro']],
    ['roc-macro', meanRocCurve(ofLabels), areas['auc-macro']],
  ] as const) {
    if (curve === null) continue;
    curves.push({ kind, ...drawn(curve.falsePositiveRate, curve.truePositiveRate), area });
  }
  const precisionRecall = precisionRecallCurve(micro);
  if (precisionRecall !== null) {
    const line = drawn(precisionRecall.recall, precisionRecall.precision);
    curves.push({ kind: 'precision-recall-micro', ...line, area: areas['average-precision-micro'] });
  }
  return curves;
}

function drawn(xs: ArrayLike<number>, ys: ArrayLike<number>): { x: number[]; y: number[]; weight: null } {
  const { x, y } = reduceCurve(xs, ys);
  return { x, y, weight: null };
}
