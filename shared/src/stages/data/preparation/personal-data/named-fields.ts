import { FREQUENT_SURNAMES, THINGS } from './common-words.ts';
import { isFirstNameAlone } from './english-names.ts';
import type { Span } from './kinds.ts';

/** Names in fields of forms, JSON, YAML, XML and addresses of pages that are called so: `"lastName":"Kim"`, `first_name: Emily`, `<surname>Kim</surname>`. */
const FIELD =
  /(?<![a-z])(first|last|given|family|middle|full|sur)[_ -]?name["']?[:=>]\s?["']?(\p{Lu}[\p{L}'’-]{0,23}\p{L}(?:[ +](?:\p{Lu}\.?|\p{L}[\p{L}'’-]{0,23}\p{L})){0,3})(?=\s*(?:["'<,;&}|)]|\r?\n|$))/dgiu;
/** What forms and descriptions of data say in place of a name. */
const NO_NAME =
  /^(?:required|optional|string|text|varchar|char|null|none|nil|undefined|unknown|true|false|field|missing|invalid|empty|name|max|min|is|must|please|enter|your|the|a|an|test|first|last|any|not|see|same|as|yes|no|integer|object|e|foo|bar|baz|acme)(?![\p{L}])/iu;
/** Fields that typefaces, plants, repositories and institutions have as well, unless a field of people alone is close by. */
const OF_ANYTHING = new Set(['family', 'full']);
const OF_PEOPLE = /(?<![a-z])(?:first|last|given|middle|sur)[_ -]?name/i;
const CLOSE_BY = 120;

/** Whether one of the words is a known first name or surname, or the field stands among those of a person. */
function isPersons(text: string, name: string, [start, end]: [number, number]): boolean {
  const words = name.toLowerCase().split(/[ +]/);
  const isKnown = words.some((word) => isFirstNameAlone(word) || FREQUENT_SURNAMES.has(word));
  if (isKnown && !words.some((word) => THINGS.has(word))) return true;
  return OF_PEOPLE.test(text.slice(Math.max(0, start - CLOSE_BY), end + CLOSE_BY));
}

function mayNameField(text: string): boolean {
  for (const ending of ['ame', 'AME']) {
    for (let at = text.indexOf(ending); at !== -1; at = text.indexOf(ending, at + 3))
      if ('"\':=>'.includes(text[at + 3] ?? ' ')) return true;
  }
  return false;
}

/** The names in such fields; capitals alone tell them, so that a word in small letters is none. */
export function findNamedFields(text: string): Span[] {
  if (!mayNameField(text)) return [];
  return Array.from(text.matchAll(FIELD), ({ 1: field, 2: name, indices }) => ({
    field: field!.toLowerCase(),
    name: name!,
    at: indices![2]!,
  }))
    .filter(({ name }) => /^\p{Lu}/u.test(name) && !NO_NAME.test(name))
    .filter(({ field, name, at }) => !OF_ANYTHING.has(field) || isPersons(text, name, at))
    .map(({ at: [start, end] }) => ({ start, end }));
}
