import type { Span } from './kinds.ts';

/** Names in fields of forms, JSON, YAML, XML and addresses of pages that are called so: `"lastName":"Kim"`, `first_name: Emily`, `<surname>Kim</surname>`. */
const FIELD =
  /(?<![a-z])(?:first|last|given|family|middle|full|sur)[_ -]?name["']?[:=>]\s?["']?(\p{Lu}[\p{L}'’-]{1,24}(?:[ +](?:\p{Lu}\.?|\p{L}[\p{L}'’-]{1,24})){0,3})(?=\s*(?:["'<,;&}|)]|\r?\n|$))/dgiu;
/** What forms and descriptions of data say in place of a name. */
const NO_NAME =
  /^(?:required|optional|string|text|varchar|char|null|none|nil|undefined|unknown|true|false|field|missing|invalid|empty|name|max|min|is|must|please|enter|your|the|a|an|test|first|last|any|not|see|same|as|yes|no|integer|object|e)(?![\p{L}])/iu;

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
  return Array.from(text.matchAll(FIELD), ({ 1: name, indices }) => ({ name: name!, at: indices![1]! }))
    .filter(({ name }) => /^\p{Lu}/u.test(name) && !NO_NAME.test(name))
    .map(({ at: [start, end] }) => ({ start, end }));
}
