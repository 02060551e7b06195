import type { ComparedValue, EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { evaluationOf } from './evaluation.ts';

/** What is said of a number against the baseline's, or why nothing is. */
export type Said = NonNullable<ComparedValue['said'] | ComparedValue['notCompared']>;

const SAID: readonly string[] = ['better', 'worse', 'no-difference-shown'];

/** A number with an interval of a tenth to either side; `said` null for the baseline's. */
export function comparedNumber(metric: string, value: number, said: Said | null): ComparedValue {
  const measured = { metric, value, low: value - 0.01, high: value + 0.01, items: 40, note: null };
  if (said === null) return { measured, difference: null, said: null, notCompared: null };
  if (!SAID.includes(said))
    return { measured, difference: null, said: null, notCompared: said as ComparedValue['notCompared'] };
  const ends = { better: [0.01, 0.03], worse: [-0.03, -0.01] } as Record<string, readonly [number, number]>;
  const [low, high] = ends[said] ?? [-0.01, 0.02];
  const difference = { value: (low + high) / 2, low, high };
  return { measured, difference, said: said as ComparedValue['said'], notCompared: null };
}

/** A comparison of evaluations of runs 9, 10, …, of the test items of one data version. */
export function comparisonOf(
  projectId: string,
  ids: readonly string[],
  rows: readonly {
    readonly metric: string;
    readonly task?: string;
    readonly cells: readonly (ComparedValue | null)[];
  }[],
): EvaluationComparison {
  return {
    evaluations: ids.map((id, place) => {
      const one = evaluationOf(projectId, id);
      return { ...one, runNumber: 9 + place, datasetVersionId: projectId, datasetVersion: 2 };
    }),
    rows: rows.map(({ metric, task = null, cells }) => ({ metric, task, cells: [...cells] })),
    answers: [],
  };
}
