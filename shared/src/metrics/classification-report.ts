import { bootstrapIntervals, type BootstrapOptions, DEFAULT_BOOTSTRAP } from './bootstrap.ts';
import { type ClassifiedItems, appendItems, emptyItems } from './classified-items.ts';
import { type ClassificationCurve, classificationCurves } from './classification-curves.ts';
import {
  classificationPoints,
  type ClassificationPoints,
  type PointName,
  METRIC_OF_POINT,
} from './classification-points.ts';
import { resampledStatistics } from './classification-resampling.ts';
import { type Confusion, confusion, countClasses } from './confusion.ts';
import { type ClassScores, classScores } from './f1.ts';
import { GroupedPairHistogram } from './grouped-pair-histogram.ts';
import { type MeasuredValue, measuredValue } from './measured-value.ts';
import { fewGroupsNote, metricNote, rareClassNote } from './metric-notes.ts';
import { type OneVersusRest, OneVersusRestAccumulator } from './one-versus-rest.ts';
import { OneVersusRestResampling } from './one-versus-rest-resampling.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';

/** Every number and curve of one classification, or of next-token prediction under teacher forcing. */
interface ClassificationReport {
  itemCount: number;
  /** Units of resampling: sentences of a generation, items of a classification. */
  groupCount: number;
  classCount: number;
  metrics: MeasuredValue[];
  curves: ClassificationCurve[];
  perClass: ClassScores[];
  confusion: Confusion;
}

/** A chunk with what else is known about its items. */
interface ClassifiedChunk extends ProbabilityChunk {
  /** Number of each item's group; without it every item is its own group. Items of a group are best kept together. */
  groups?: ArrayLike<number>;
  /** The model's own loss of each item in nats, so that the report shows the number training shows. */
  lossNats?: ArrayLike<number>;
}

/** Numbers in which every class weighs the same, however rare. */
const CLASS_MEANS: ReadonlySet<PointName> = new Set([
  'precisionMacro',
  'recallMacro',
  'f1Macro',
  'aucMacro',
  'averagePrecisionMacro',
]);

/** Settings of a report: resamples 0 leaves out the intervals, as while training. */
interface ClassificationReportOptions extends Partial<BootstrapOptions> {
  exactPairLimit?: number;
}

/** Collects predicted distributions over V classes chunk by chunk, with memory bounded as `OneVersusRestAccumulator` describes. */
export class ClassificationAccumulator {
  readonly #classCount: number;
  readonly #bootstrap: BootstrapOptions;
  readonly #items: ClassifiedItems = emptyItems();
  readonly #pairs: OneVersusRestAccumulator;
  /** Null without intervals. */
  readonly #pairHistogram: GroupedPairHistogram | null;
  readonly #groupIndices = new Map<number, number>();

  constructor(classCount: number, options: ClassificationReportOptions = {}) {
    this.#classCount = classCount;
    this.#bootstrap = { ...DEFAULT_BOOTSTRAP, ...options };
    this.#pairs = new OneVersusRestAccumulator(classCount, options.exactPairLimit);
    this.#pairHistogram = this.#bootstrap.resamples > 0 ? new GroupedPairHistogram() : null;
  }

  /**
   * Adds a chunk and returns the checked copy that is measured; the caller may reuse its arrays. Throws RangeError on lengths that do not
   * match and values that are no probability.
   */
  add(chunk: ClassifiedChunk): ProbabilityChunk {
    const { targets, groups, lossNats } = chunk;
    for (const perItem of [groups, lossNats]) {
      if (perItem !== undefined && perItem.length !== targets.length) {
        throw new RangeError(`${perItem.length} entries for ${targets.length} items`);
      }
    }
    const checked = this.#pairs.add(chunk);
    if (targets.length === 0) return checked;
    const before = this.#items.targets.length;
    const groupOfItem = Int32Array.from(targets, (_, item) => this.#indexOfGroup(groups?.[item] ?? before + item));
    appendItems(this.#items, checked, groupOfItem, lossNats);
    this.#pairHistogram?.add(checked, groupOfItem);
    return checked;
  }

  /** The report of everything added so far. */
  report(): ClassificationReport {
    const ranked = this.#pairs.result();
    const items = this.#items;
    const points = classificationPoints(items, ranked, this.#classCount);
    const counts = countClasses(items.targets, items.predictions, this.#classCount);
    return {
      itemCount: items.targets.length,
      groupCount: this.#groupIndices.size,
      classCount: this.#classCount,
      metrics: this.#measured(points, ranked),
      curves: classificationCurves(items, ranked, points),
      perClass: classScores(counts),
      confusion: confusion(items.targets, items.predictions, this.#classCount),
    };
  }

  /** Groups in the order they were met, so that resampling never draws one without items. */
  #indexOfGroup(group: number): number {
    const known = this.#groupIndices.get(group);
    if (known !== undefined) return known;
    const index = this.#groupIndices.size;
    this.#groupIndices.set(group, index);
    return index;
  }

  #measured(points: ClassificationPoints, ranked: OneVersusRest): MeasuredValue[] {
    const itemCount = this.#items.targets.length;
    const fewest = this.#itemsOfRarestClass();
    const pairs = this.#groupIndices.size > 1 ? this.#pairHistogram : null;
    const classMeans = pairs === null ? null : this.#classMeans(ranked);
    const resampled =
      pairs === null
        ? null
        : resampledStatistics(
            this.#items,
            this.#classCount,
            points,
            pairs.weighting(),
            this.#groupIndices.size,
            classMeans,
          );
    const intervals =
      resampled === null ? {} : bootstrapIntervals(this.#groupIndices.size, resampled.statistics, this.#bootstrap);
    return (Object.keys(METRIC_OF_POINT) as PointName[]).map((name) => {
      const notes = [...(points.notes[name] ?? [])];
      if (resampled !== null) {
        const interval = intervals[name];
        if (interval !== undefined) notes.push(...fewGroupsNote(this.#groupIndices.size));
        if (interval !== undefined && CLASS_MEANS.has(name)) notes.push(...rareClassNote(fewest));
        if (interval !== undefined && (name === 'aucMicro' || name === 'averagePrecisionMicro')) {
          notes.push(metricNote('binned-interval', resampled.binnedErrorBound));
        }
        if (interval === undefined && points.values[name] !== null && classMeans === null) {
          notes.push(metricNote('too-large-for-interval', itemCount * this.#classCount));
        }
      }
      const groups = this.#groupIndices.size;
      return measuredValue(METRIC_OF_POINT[name], points.values[name], itemCount, intervals[name], notes, groups);
    });
  }

  #itemsOfRarestClass(): number {
    const { support } = countClasses(this.#items.targets, this.#items.predictions, this.#classCount);
    return support.reduce((fewest, items) => (items > 0 && items < fewest ? items : fewest), Infinity);
  }

  #classMeans(ranked: OneVersusRest): OneVersusRestResampling | null {
    if (ranked.method === 'histogram') return null;
    const { groups } = this.#items;
    return OneVersusRestResampling.create(ranked.chunks, ranked.classAnchors, groups, this.#groupIndices.size);
  }
}

/** The report of N distributions over V classes (row-major) held in one array; see `ClassificationAccumulator` for larger ones. */
export function classificationReport(
  chunk: ClassifiedChunk,
  classCount: number,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const accumulator = new ClassificationAccumulator(classCount, options);
  accumulator.add(chunk);
  return accumulator.report();
}
