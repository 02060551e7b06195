/** What stands where a text was erased. */
export const ERASED = '[ERASED]';
/** The same where only an address may stand; no such name exists (RFC 2606). */
const ERASED_ADDRESS = 'https://erased.invalid/';

/** A JSON value in which each text, and each name of a member, that somebody is in is replaced; the same value where there is none. */
export function withoutPerson<Value>(value: Value, isMeant: (text: string) => boolean): Value {
  return cleaned(value, isMeant) as Value;
}

/** The same for names, notes and descriptions: of a text of several lines only those go that somebody is in; names of members stay. */
export function describedWithoutPerson(value: unknown, isMeant: (text: string) => boolean): unknown {
  if (typeof value === 'string') {
    if (!isMeant(value)) return value;
    if (/^https?:\/\/\S+$/.test(value)) return ERASED_ADDRESS;
    const left = value
      .split('\n')
      .map((line) => (isMeant(line) ? ERASED : line))
      .join('\n');
    return isMeant(left) ? ERASED : left;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const members = value.map((member) => describedWithoutPerson(member, isMeant));
    return members.some((member, index) => member !== value[index]) ? members : value;
  }
  const entries = Object.entries(value);
  const members = entries.map(([name, member]) => [name, describedWithoutPerson(member, isMeant)] as const);
  return members.some(([, member], index) => member !== entries[index]![1]) ? Object.fromEntries(members) : value;
}

function cleaned(value: unknown, isMeant: (text: string) => boolean): unknown {
  if (typeof value === 'string') return isMeant(value) ? ERASED : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const members = value.map((member) => cleaned(member, isMeant));
    return members.some((member, index) => member !== value[index]) ? members : value;
  }
  const entries = Object.entries(value);
  const names = distinctLabels(
    entries.map(([name]) => name),
    isMeant,
  );
  const members = entries.map(([name, member], index) => [names[index] ?? name, cleaned(member, isMeant)] as const);
  const isSame = members.every(([name, member], index) => name === entries[index]![0] && member === entries[index]![1]);
  return isSame ? value : Object.fromEntries(members);
}

/** The labels, in their places and still distinct, with those that somebody is in replaced. */
export function distinctLabels(labels: readonly string[], isMeant: (text: string) => boolean): string[] {
  let erased = 0;
  return labels.map((label) => {
    if (!isMeant(label)) return label;
    erased++;
    return erased === 1 ? ERASED : `${ERASED} ${erased}`;
  });
}
