import type { EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';

/** One of the evaluations that are compared, with what the page calls it and how it draws it. */
export interface Compared {
  readonly summary: EvaluationComparison['evaluations'][number];
  /** Short, and different from those of the others. */
  readonly name: string;
  /** The data version by name; by its number where its name could not be read. */
  readonly dataName: string;
  /** Place in the palette. */
  readonly color: number;
  /** Its criteria, curves and samples; undefined where they could not be read. */
  readonly evaluation: Evaluation | undefined;
}
