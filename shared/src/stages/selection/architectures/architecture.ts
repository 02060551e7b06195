import type { MetricId } from '../../../metrics/registry.ts';
import type { ProblemType } from '../../requirements/contract.ts';
import type { BothLanguages } from '../../requirements/issue.ts';
import type { RunConfiguration } from '../../training/configuration.ts';

/** A work that facts are taken from. */
export interface ArchitectureSource {
  readonly id: string;
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly year: number;
  /** Where it is found: arXiv, DOI or the publisher. */
  readonly url: string;
}

/** A result as its source prints it; other data gives other numbers. */
export interface PublishedScore {
  readonly metric: BothLanguages;
  /** The number of the metrics registry that it is, where it is one and stands on the same scale. */
  readonly registryMetric: MetricId | null;
  readonly value: number;
  readonly unit: string;
  readonly benchmark: string;
  readonly source: string;
}

/** What the catalogue knows about an architecture; every number has a source. */
export interface Architecture {
  readonly id: string;
  readonly name: BothLanguages;
  readonly summary: BothLanguages;
  readonly problemTypes: readonly ProblemType[];
  /** The data that it suits. */
  readonly data: BothLanguages;
  readonly parameters: { readonly count: number | null; readonly text: BothLanguages };
  /** Floating-point operations of one forward pass over a token, an image or an item; a multiply-add counts as two. */
  readonly compute: {
    readonly flops: number | null;
    readonly per: 'token' | 'image' | 'item';
    readonly text: BothLanguages;
  };
  readonly explainability: { readonly level: 'high' | 'medium' | 'low'; readonly text: BothLanguages };
  /** Of the reference code and weights. */
  readonly licence: BothLanguages;
  readonly scores: readonly PublishedScore[];
  readonly sources: readonly ArchitectureSource[];
  readonly strengths: readonly BothLanguages[];
  readonly risks: readonly BothLanguages[];
  /** Settings of a run that trains it here; null where Greenlight does not train it. */
  readonly training: Partial<RunConfiguration> | null;
}

/** A text that is the same in both languages, such as a name. */
export function same(text: string): BothLanguages {
  return { en: text, zh: text };
}

/** A work on arXiv. */
export function arxiv(number: string, authors: string, title: string, venue: string, year: number): ArchitectureSource {
  return { id: `arXiv:${number}`, authors, title, venue, year, url: `https://arxiv.org/abs/${number}` };
}

/** A work with a digital object identifier. */
export function doi(name: string, authors: string, title: string, venue: string, year: number): ArchitectureSource {
  return { id: `doi:${name}`, authors, title, venue, year, url: `https://doi.org/${name}` };
}

/** A work at an address of its own. */
export function page(url: string, authors: string, title: string, venue: string, year: number): ArchitectureSource {
  return { id: url.replace(/^https:\/\//, ''), authors, title, venue, year, url };
}

const SHARES = {
  accuracy: { en: 'Accuracy', zh: '准确率' },
  'accuracy-top5': { en: 'Top-5 accuracy', zh: 'Top-5 准确率' },
} as const;

/** A published accuracy between 0 and 1. */
export function accuracy(
  value: number,
  benchmark: string,
  source: ArchitectureSource,
  metric: keyof typeof SHARES = 'accuracy',
): PublishedScore {
  return { metric: SHARES[metric], registryMetric: metric, value, unit: '', benchmark, source: source.id };
}

/** A published number on a scale of its own. */
export function published(
  metric: BothLanguages,
  value: number,
  unit: string,
  benchmark: string,
  source: ArchitectureSource,
): PublishedScore {
  return { metric, registryMetric: null, value, unit, benchmark, source: source.id };
}

/** A published number that the metrics registry knows, on the registry's scale. */
export function registered(
  registryMetric: MetricId,
  metric: BothLanguages,
  value: number,
  benchmark: string,
  source: ArchitectureSource,
): PublishedScore {
  return { metric, registryMetric, value, unit: '', benchmark, source: source.id };
}
