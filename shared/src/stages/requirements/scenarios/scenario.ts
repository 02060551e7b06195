import { hasInterval } from '../../../metrics/metric-traits.ts';
import { findMetric, type MetricId } from '../../../metrics/registry.ts';
import type { Criterion, ProblemType, Regulation, Scenario } from '../contract.ts';
import { expectedOperator } from '../criterion-rules.ts';
import type { BothLanguages } from '../issue.ts';

/** A criterion as the catalogue gives it: it gets its id when somebody takes it over. */
export type ScenarioCriterion = Omit<Criterion, 'id' | 'reason'> & { readonly reason: BothLanguages };

/** What the catalogue knows about a field of use: where to begin, to be thought about and changed. */
export interface ScenarioDefinition {
  readonly scenario: Scenario;
  readonly title: BothLanguages;
  /** What the model does there, in one sentence. */
  readonly description: BothLanguages;
  readonly problemType: ProblemType;
  readonly users: BothLanguages;
  readonly personalData: boolean;
  readonly regulations: readonly Regulation[];
  readonly criteria: readonly ScenarioCriterion[];
  readonly risks: readonly BothLanguages[];
  /** Questions to ask the people who will use the model, before anything is built. */
  readonly questions: readonly BothLanguages[];
}

/** A text in both languages, English first. */
export function both(en: string, zh: string): BothLanguages {
  return { en, zh };
}

interface More {
  readonly slice?: string;
  readonly decisionMode?: Criterion['decisionMode'];
}

function criterionOf(
  level: Criterion['level'],
  metric: MetricId,
  threshold: number,
  minimumItems: number,
  reason: BothLanguages,
  { slice, decisionMode }: More = {},
): ScenarioCriterion {
  const definition = findMetric(metric);
  return {
    metric,
    operator: expectedOperator(definition?.better ?? 'higher'),
    threshold,
    unit: definition?.unit ?? '',
    slice: slice ?? null,
    level,
    decisionMode: decisionMode ?? (hasInterval(metric) ? 'interval' : 'point'),
    minimumItems,
    reason,
  };
}

type Given = [metric: MetricId, threshold: number, minimumItems: number, reason: BothLanguages, more?: More];

/** A criterion without which the model does not ship; sign and unit are the metric's own. */
export function must(...given: Given): ScenarioCriterion {
  return criterionOf('must', ...given);
}

/** A criterion that a good model meets too. */
export function should(...given: Given): ScenarioCriterion {
  return criterionOf('should', ...given);
}
