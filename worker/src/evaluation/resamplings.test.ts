import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { pairedDifference } from '@greenlight/shared/metrics/paired-difference.ts';
import { resampling } from '@greenlight/shared/stages/evaluation/resampling.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureLabelled } from './evaluate-labelled.ts';
import type { HeadPredictions, LabelledPredictions } from './predict-labelled.ts';
import { toldMetrics, wrongRows } from './resamplings.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-resamplings-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const ITEMS = 60;
const TRUTH = Int32Array.from({ length: ITEMS }, (_, item) => item % 3);
const NUMBERS = Int32Array.from({ length: ITEMS }, (_, item) => 2 * item + 5);

/** Three classes; the items named are told wrong. */
function told(wrong: readonly number[]): LabelledPredictions {
  const outputs = new Float32Array(ITEMS * 3).fill(0.1);
  TRUTH.forEach((label, item) => (outputs[item * 3 + ((label + Number(wrong.includes(item))) % 3)] = 0.8));
  return { head: { task: 'single-label', outputs: 3 }, items: ITEMS, outputs, labels: TRUTH };
}

async function measured(first: LabelledPredictions, further: HeadPredictions[] = [], members = [...TRUTH.keys()]) {
  const path = join(folder, 'predictions.npz');
  return (await measureLabelled({ members, first, further }, ['a', 'b', 'c'], NUMBERS, path)).measured;
}

function integers(text: string | null): number[] {
  const bytes = Buffer.from(text ?? '', 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, place) => bytes.readInt32LE(4 * place));
}

function floats(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, place) => bytes.readFloatLE(4 * place));
}

test('of a classifier every resample of every number is told, and which items of the version it answered wrong', async () => {
  const { resamplings, metrics } = await measured(told([3, 40]));
  const [ofItems] = resamplings;
  expect(resampling.parse(ofItems)).toEqual(ofItems);
  expect(ofItems).toMatchObject({ of: 'items', task: null, groups: ITEMS });
  expect(integers(ofItems!.wrong)).toEqual([11, 85]);
  expect(metrics.every((one) => !('resampled' in one))).toBe(true);
  const accuracy = floats(ofItems!.values)
    .slice(1_000 * ofItems!.metrics.indexOf('accuracy'))
    .slice(0, 1_000);
  const mean = accuracy.reduce((sum, value) => sum + value, 0) / 1_000;
  expect(mean).toBeCloseTo(58 / 60, 2);
  expect(new Set(accuracy).size).toBeGreaterThan(4);
});

test('two models on the same items are compared resample by resample', async () => {
  const [before, after] = [await measured(told([1, 2, 3, 4, 5, 6, 7, 8])), await measured(told([1, 2]))];
  const [first, second] = [before.resamplings[0]!, after.resamplings[0]!];
  expect(second.itemsSha256).toBe(first.itemsSha256);
  const accuracyOf = ({ metrics, resamplings: [one] }: typeof before) => {
    const place = one!.metrics.indexOf('accuracy');
    const resampled = floats(one!.values).slice(1_000 * place, 1_000 * (place + 1));
    return { value: metrics.find(({ metric }) => metric === 'accuracy')!.value!, resampled };
  };
  const paired = pairedDifference(accuracyOf(before), accuracyOf(after), findMetric('accuracy')!.range, ITEMS)!;
  // Six of sixty items, each right once and wrong once: a share of 0.1 whose interval is that of a binomial draw.
  expect(paired.value).toBeCloseTo(0.1, 12);
  expect(paired.low).toBeGreaterThan(0.02);
  expect(paired.high).toBeLessThan(0.2);
});

test('a further head is told by the items that it is known of, and other items, or another question about them, have another name', async () => {
  const known = Uint8Array.from(TRUTH, (_, item) => Number(item >= 30));
  const head = { name: 'tone', task: 'single-label', weight: 1, labels: ['x', 'y', 'z'] } as const;
  const auxiliary = { head: { ...head, labels: [...head.labels] }, values: TRUTH, width: 1, known };
  const further = { ...told([3, 40]), known, auxiliary };
  const { resamplings } = await measured(told([]), [further]);
  expect(resamplings.map(({ task, groups, wrong }) => [task, groups, integers(wrong)])).toEqual([
    [null, 60, []],
    ['tone', 30, [85]],
  ]);
  expect(resamplings[1]!.itemsSha256).not.toBe(resamplings[0]!.itemsSha256);
  const several = { ...told([]), head: { task: 'multi-label', outputs: 3 } as const };
  const asked = await measured({
    ...several,
    labels: Float32Array.from({ length: 3 * ITEMS }, (_, k) => Number(k % 3 === 0)),
  });
  expect(asked.resamplings[0]!.itemsSha256).not.toBe(resamplings[0]!.itemsSha256);
  const turned = await measured(told([]), [], [...TRUTH.keys()].toReversed());
  expect(turned.resamplings[0]!.itemsSha256).not.toBe(resamplings[0]!.itemsSha256);
});

test('of several labels an item is wrong where any is; of numbers nothing is right or wrong', () => {
  const head = { task: 'multi-label', outputs: 2 } as const;
  const outputs = Float32Array.of(0.9, 0.1, 0.9, 0.6, 0.5, 0.2);
  const labels = Float32Array.of(1, 0, 1, 0, 0, 0);
  expect(wrongRows({ head, items: 3, outputs, labels })).toEqual([1]);
  const number = { head: { task: 'regression', outputs: 1 }, items: 1, outputs: Float32Array.of(1) } as const;
  expect(wrongRows({ ...number, labels: Float32Array.of(2) })).toBeNull();
});

test('numbers are told without their resamples', () => {
  const one = { metric: 'accuracy', value: 1, low: 0.5, high: 1, items: 3, note: null } as const;
  expect(toldMetrics([{ ...one, resampled: new Float64Array(3) }])).toEqual([one]);
});
