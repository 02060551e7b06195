import { inLanguage, type Language, type LocalizedText } from '../../api/localized-text.ts';

/** One value inside frozen content, by its path such as `criteria.0.threshold`. */
export interface ContentLeaf {
  readonly path: string;
  readonly value: string | number | boolean | null;
}

/** A value that two forms of the same content do not share; undefined where one of them does not have it. */
export interface ContentLeafDifference {
  readonly path: string;
  readonly before: ContentLeaf['value'] | undefined;
  readonly after: ContentLeaf['value'] | undefined;
}

function isLocalizedText(value: object): value is LocalizedText {
  const members = Object.entries(value);
  return (
    members.length > 0 && members.every(([key, text]) => (key === 'zh' || key === 'en') && typeof text === 'string')
  );
}

/** The values of any JSON content in order, texts in the reader's language; empty lists and objects are left out. */
export function leavesOf(content: unknown, language: Language, path = ''): ContentLeaf[] {
  if (content === undefined) return [];
  if (content === null || typeof content !== 'object') return [{ path, value: content as ContentLeaf['value'] }];
  if (!Array.isArray(content) && isLocalizedText(content)) return [{ path, value: inLanguage(content, language) }];
  return Object.entries(content).flatMap(([key, member]) =>
    leavesOf(member, language, path === '' ? key : `${path}.${key}`),
  );
}

/** Where two forms of the same content differ, value by value, in the order of the first and then of the second. */
export function leafDifferences(before: unknown, after: unknown, language: Language): ContentLeafDifference[] {
  const [first, second] = [before, after].map(
    (content) => new Map(leavesOf(content, language).map(({ path, value }) => [path, value])),
  ) as [Map<string, ContentLeaf['value']>, Map<string, ContentLeaf['value']>];
  return [...new Set([...first.keys(), ...second.keys()])]
    .map((path) => ({ path, before: first.get(path), after: second.get(path) }))
    .filter((difference) => difference.before !== difference.after);
}
