import type { ProblemType } from '../../requirements/contract.ts';
import type { Architecture } from './architecture.ts';
import { OTHER_MODELS } from './sound-taste-and-tables.ts';
import { TEXT_CLASSIFIERS } from './text-classifiers.ts';
import { TEXT_GENERATORS } from './text-generators.ts';
import { VISION_MODELS } from './vision.ts';

/** Every architecture that the product knows, in the order in which they are shown. */
export const ARCHITECTURES: readonly Architecture[] = [
  ...TEXT_CLASSIFIERS,
  ...TEXT_GENERATORS,
  ...VISION_MODELS,
  ...OTHER_MODELS,
];

const BY_ID: ReadonlyMap<string, Architecture> = new Map(ARCHITECTURES.map((entry) => [entry.id, entry]));

/** What is known about an architecture, or undefined for a name that the catalogue lacks. */
export function findArchitecture(id: string): Architecture | undefined {
  return BY_ID.get(id);
}

function textOf({ name, summary, data, licence, sources, strengths, risks }: Architecture): string {
  const localized = [name, summary, data, licence, ...strengths, ...risks].flatMap(({ en, zh }) => [en, zh]);
  return [...localized, ...sources.flatMap(({ authors, title, id }) => [authors, title, id])].join('\n').toLowerCase();
}

/** The architectures for a kind of problem that hold every word of a search, in either language. */
export function searchArchitectures(filter: {
  readonly problemType?: ProblemType | undefined;
  readonly search?: string | undefined;
}): Architecture[] {
  const words = (filter.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return ARCHITECTURES.filter((entry) => {
    if (filter.problemType !== undefined && !entry.problemTypes.includes(filter.problemType)) return false;
    const text = textOf(entry);
    return words.every((word) => text.includes(word));
  });
}
