import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generatedProblem } from './golden/generated.ts';
import { meanRocCurve } from './macro-roc.ts';
import { OneVersusRestAccumulator } from './one-versus-rest.ts';
import { averagePrecision, precisionRecallCurve } from './precision-recall.ts';
import { seededRandom } from './random.ts';
import { areaUnderCurve, areaUnderRoc, rocCurve } from './roc.ts';
import { groupScores } from './score-groups.ts';

type Curve = [number[], number[], number[]];

interface GoldenBinary {
  name: string;
  scores: number[];
  positives: number[];
  auc: number;
  averagePrecision: number;
  roc: Curve;
  rocFull: Curve;
  precisionRecall: Curve;
}

interface GoldenProblem {
  name: string;
  classCount: number;
  probabilities?: number[];
  targets?: number[];
  generated?: { seed: number; items: number };
  expected: { rocMicro?: Curve; rocMicroFull: Curve; precisionRecallMicro: Curve; rocMacro?: [number[], number[]] };
}

const golden = JSON.parse(readFileSync(new URL('./golden/classification.json', import.meta.url), 'utf8')) as {
  problems: GoldenProblem[];
  binaries: GoldenBinary[];
};

function expectSame(actual: ArrayLike<number>, wanted: ArrayLike<number>) {
  expect(actual.length).toBe(wanted.length);
  for (let k = 0; k < wanted.length; k++) expect(Math.abs(actual[k]! - wanted[k]!)).toBeLessThan(1e-9);
}

function expectCurves(
  scores: ArrayLike<number>,
  positives: ArrayLike<number>,
  wanted: Omit<GoldenBinary, 'name' | 'scores' | 'positives' | 'auc' | 'averagePrecision'>,
) {
  const groups = groupScores(scores, positives);
  for (const [curve, reference] of [
    [rocCurve(groups)!, wanted.roc],
    [rocCurve(groups, false)!, wanted.rocFull],
  ] as const) {
    expectSame(curve.falsePositiveRate, reference[0]);
    expectSame(curve.truePositiveRate, reference[1]);
    expectSame(curve.thresholds, reference[2]);
  }
  const { precision, recall, thresholds } = precisionRecallCurve(groups)!;
  expectSame(precision, wanted.precisionRecall[0]);
  expectSame(recall, wanted.precisionRecall[1]);
  expectSame(thresholds, wanted.precisionRecall[2]);
}

describe.each(golden.binaries)('binary problem: $name', (binary) => {
  test('curves and areas agree with scikit-learn', () => {
    expectCurves(binary.scores, binary.positives, binary);
    const groups = groupScores(binary.scores, binary.positives);
    expect(Math.abs(areaUnderRoc(groups)! - binary.auc)).toBeLessThan(1e-9);
    expect(Math.abs(averagePrecision(groups)! - binary.averagePrecision)).toBeLessThan(1e-9);
  });

  test('the area of the drawn line is the AUC', () => {
    const groups = groupScores(binary.scores, binary.positives);
    const { falsePositiveRate, truePositiveRate } = rocCurve(groups)!;
    expect(areaUnderCurve(falsePositiveRate, truePositiveRate)).toBeCloseTo(areaUnderRoc(groups)!, 12);
  });
});

const withCurves = golden.problems.filter(({ expected }) => expected.rocMicro !== undefined);

describe.each(withCurves)('all pairs of: $name', ({ classCount, probabilities, targets, generated, expected }) => {
  const chunk =
    generated === undefined
      ? { probabilities: Float32Array.from(probabilities!), targets: Int32Array.from(targets!) }
      : generatedProblem(generated.seed, generated.items, classCount);
  const isPositive = Array.from(chunk.probabilities, (_, k) =>
    k % classCount === chunk.targets[Math.floor(k / classCount)] ? 1 : 0,
  );
  const accumulator = new OneVersusRestAccumulator(classCount);
  accumulator.add(chunk);
  const { micro, classes } = accumulator.result();

  test('the ranking of every pair gives the curves of scikit-learn', () => {
    expectCurves(chunk.probabilities, isPositive, {
      roc: expected.rocMicro!,
      rocFull: expected.rocMicroFull,
      precisionRecall: expected.precisionRecallMicro,
    });
  });

  test('counting between positives gives the same line through fewer points', () => {
    const curve = rocCurve(micro)!;
    const [falsePositiveRate, truePositiveRate] = expected.rocMicroFull;
    const reference = new Set(falsePositiveRate.map((x, k) => `${x.toFixed(9)} ${truePositiveRate[k]!.toFixed(9)}`));
    for (const [k, x] of curve.falsePositiveRate.entries()) {
      expect(reference).toContain(`${x.toFixed(9)} ${curve.truePositiveRate[k]!.toFixed(9)}`);
    }
    expect(areaUnderCurve(curve.falsePositiveRate, curve.truePositiveRate)).toBeCloseTo(
      areaUnderCurve(falsePositiveRate, truePositiveRate),
      12,
    );
  });

  test('the macro curve is on that of scikit-learn at each of its rates', () => {
    const curve = meanRocCurve(classes.map(({ groups }) => rocCurve(groups)).filter((roc) => roc !== null));
    if (expected.rocMacro === undefined) {
      expect(curve).toBeNull();
      return;
    }
    const heights = new Map(expected.rocMacro[0].map((x, k) => [x.toFixed(9), expected.rocMacro![1][k]!]));
    for (const [k, x] of curve!.falsePositiveRate.entries()) {
      expect(Math.abs(curve!.truePositiveRate[k]! - heights.get(x.toFixed(9))!)).toBeLessThan(1e-9);
    }
  });
});

describe('on random small problems', () => {
  const random = seededRandom(5);
  const problems = Array.from({ length: 200 }, () => {
    const count = 2 + Math.floor(random() * 12);
    const levels = 2 + Math.floor(random() * 8);
    return {
      scores: Array.from({ length: count }, () => Math.floor(random() * levels) / levels),
      positives: Array.from({ length: count }, () => (random() < 0.5 ? 1 : 0)),
    };
  });

  test('the AUC is the share of pairs ranked right, ties one half', () => {
    for (const { scores, positives } of problems) {
      let [pairs, right] = [0, 0];
      for (const [i, a] of scores.entries()) {
        for (const [j, b] of scores.entries()) {
          if (!positives[i] || positives[j]) continue;
          pairs++;
          right += a > b ? 1 : a === b ? 0.5 : 0;
        }
      }
      const area = areaUnderRoc(groupScores(scores, positives));
      if (pairs === 0) expect(area).toBeNull();
      else expect(area).toBeCloseTo(right / pairs, 12);
    }
  });

  test('neither order of items nor a rising transformation of scores changes area and curve', () => {
    for (const { scores, positives } of problems) {
      const groups = groupScores(scores, positives);
      const transformed = groupScores(
        scores.map((score) => Math.exp(3 * score) - 7).toReversed(),
        positives.toReversed(),
      );
      expect(areaUnderRoc(transformed)).toBe(areaUnderRoc(groups));
      expect(rocCurve(transformed)?.falsePositiveRate).toEqual(rocCurve(groups)?.falsePositiveRate);
      expect(rocCurve(transformed)?.truePositiveRate).toEqual(rocCurve(groups)?.truePositiveRate);
    }
  });

  test('reversing the ranking mirrors the area', () => {
    for (const { scores, positives } of problems) {
      const area = areaUnderRoc(groupScores(scores, positives));
      const mirrored = areaUnderRoc(
        groupScores(
          scores.map((score) => -score),
          positives,
        ),
      );
      expect(mirrored === null).toBe(area === null);
      expect((area ?? 0.5) + (mirrored ?? 0.5)).toBeCloseTo(1, 12);
    }
  });
});

test('a problem with one outcome has no ROC; without positives it has no precision–recall curve', () => {
  for (const outcome of [0, 1]) {
    const groups = groupScores([0.2, 0.4], [outcome, outcome]);
    expect(rocCurve(groups)).toBeNull();
    expect(areaUnderRoc(groups)).toBeNull();
    expect(averagePrecision(groups)).toBe(outcome === 1 ? 1 : null);
    expect(precisionRecallCurve(groups) === null).toBe(outcome === 0);
  }
});

test('scores that are not numbers and unequal lengths are refused', () => {
  expect(() => groupScores([NaN], [1])).toThrow(RangeError);
  expect(() => groupScores([1, 2], [1])).toThrow(RangeError);
});
