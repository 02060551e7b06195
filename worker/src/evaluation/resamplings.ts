import { createHash } from 'node:crypto';
import { isSaid } from '@greenlight/shared/metrics/multi-label-decisions.ts';
import type { MeasuredValue } from '@greenlight/shared/metrics/measured-value.ts';
import type { MetricValue } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Resampling } from '@greenlight/shared/stages/evaluation/resampling.ts';
import type { LabelledPredictions } from './predict-labelled.ts';

/** Texts whose tokens were measured. */
export interface MeasuredTexts {
  /** Their places in the version, from 1. */
  places: Int32Array;
  /** Mean loss of each in nats a token. */
  losses: Float32Array;
}

/** What a set of numbers was measured on. */
interface MeasuredOn extends Pick<Resampling, 'of' | 'task' | 'groups'> {
  /** Names the items in their order. */
  identity: readonly (string | Int32Array)[];
  /** Places of the items that were answered wrong; null where that is not said. */
  wrong: Int32Array | null;
  /** In the order in which they are resampled; null where there are none or it is not said. */
  texts: MeasuredTexts | null;
}

function base64(numbers: Float32Array | Int32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

/** SHA-256 over the parts, each after its length, so that no two lists of parts are the same bytes. */
function digestOf(parts: MeasuredOn['identity']): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes =
      typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex');
}

/** How the numbers of the same items vary together; none where no number was resampled. */
export function resamplingsOf(metrics: readonly MeasuredValue[], on: MeasuredOn): Resampling[] {
  const kept = metrics.flatMap(({ metric, resampled }) => (resampled === undefined ? [] : [{ metric, resampled }]));
  if (kept.length === 0) return [];
  const values = Float32Array.from(kept.flatMap(({ resampled }) => [...resampled]));
  const { of, task, groups, identity, wrong, texts } = on;
  return [
    {
      ...{ of, task, groups, itemsSha256: digestOf([of, ...identity]) },
      metrics: kept.map(({ metric }) => metric),
      values: base64(values),
      wrong: wrong === null ? null : base64(wrong),
      texts: texts === null ? null : { places: base64(texts.places), losses: base64(texts.losses) },
    },
  ];
}

/** The numbers as an evaluation tells them. */
export function toldMetrics(metrics: readonly MeasuredValue[]): MetricValue[] {
  return metrics.map((measured) => {
    const { resampled: _, ...told } = measured;
    return told;
  });
}

/** Rows that a classifier answered wrong: another class, or any label too many or too few; null for a regression. */
export function wrongRows({ head, items, outputs, labels }: LabelledPredictions): number[] | null {
  if (head.task === 'regression') return null;
  const width = head.outputs;
  const isWrong = (row: number): boolean => {
    const answers = outputs.subarray(row * width, (row + 1) * width);
    if (head.task === 'multi-label') {
      return answers.some((probability, label) => isSaid(probability) !== (labels[row * width + label] ?? 0) > 0);
    }
    return answers.indexOf(Math.max(...answers)) !== labels[row];
  };
  return Array.from({ length: items }, (_, row) => row).filter(isWrong);
}
