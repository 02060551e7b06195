import type { Confusion } from '@greenlight/shared/metrics/confusion.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';

/** The cells of a confusion that hold items, with the names of their classes; `nameOf` gives the name of a class's number. */
export function namedConfusion(confusion: Confusion, nameOf: (id: number) => string): EvaluationResult['confusion'] {
  if (confusion.kind === 'most-confused') {
    return confusion.pairs.map(({ target, prediction, count }) => ({
      actual: nameOf(target),
      predicted: nameOf(prediction),
      count,
    }));
  }
  return confusion.matrix.flatMap((row, target) =>
    row.flatMap((count, prediction) =>
      count > 0 ? [{ actual: nameOf(target), predicted: nameOf(prediction), count }] : [],
    ),
  );
}
