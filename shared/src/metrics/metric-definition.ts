import type { PROBLEM_TYPES } from '../stages/requirements/contract.ts';

type ProblemType = (typeof PROBLEM_TYPES)[number];

/** What a number means, how to read it and where it applies. */
export interface MetricDefinition {
  id: string;
  kind: 'quality' | 'service' | 'cost' | 'safety';
  better: 'higher' | 'lower';
  /** Unit beside the number: '' for a pure ratio, otherwise e.g. 'nats', 'ms', 'kWh'. */
  unit: string;
  /** Smallest and largest possible value; null where unbounded. */
  range: readonly [number | null, number | null];
  name: { en: string; zh: string };
  explanation: { en: string; zh: string };
  problemTypes: readonly ProblemType[];
  /** Items (tokens, texts or requests) below which a verdict on the number is not sensible. */
  minimumItems: number;
}

/** Every kind of problem: each has a model that gives a probability to each class. */
export const ALL_PROBLEMS: readonly ProblemType[] = [
  'text-generation',
  'text-classification',
  'image-classification',
  'speech-recognition',
  'recommendation',
  'other',
];

/** Problems whose model writes text. */
export const WRITING: readonly ProblemType[] = ['text-generation', 'speech-recognition', 'other'];
