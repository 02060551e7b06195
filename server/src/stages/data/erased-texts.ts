import { TASK_KINDS, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { HEAD_TASKS } from '@greenlight/shared/stages/training/heads.ts';

/** What stands where a text was erased. */
export const ERASED = '[ERASED]';
/** The same where only an address may stand; no such name exists (RFC 2606). */
const ERASED_ADDRESS = 'https://erased.invalid/';

/**
 * A JSON value in which each text, and each name of a member, that somebody is in is replaced; the same value where there is none. Names of
 * tasks stay: runs, criteria and curves are found by them.
 */
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
  const isTask = isTaskLike(value);
  const members = entries.map(([name, member], index) => {
    return [names[index] ?? name, isTask && name === 'name' ? member : cleaned(member, isMeant)] as const;
  });
  const isSame = members.every(([name, member], index) => name === entries[index]![0] && member === entries[index]![1]);
  return isSame ? value : Object.fromEntries(members);
}

/** The labels, in their places and still distinct, with those that somebody is in replaced. */
export function distinctLabels(labels: readonly string[], isMeant: (text: string) => boolean): string[] {
  // One may have been erased before.
  const taken = new Set(labels);
  let erased = 0;
  return labels.map((label) => {
    if (!isMeant(label)) return label;
    let next: string;
    do next = ++erased === 1 ? ERASED : `${ERASED} ${erased}`;
    while (taken.has(next));
    return next;
  });
}

/** Whether an object is a task, or says which column or head answers one. */
function isTaskLike(value: object): boolean {
  const { kind, task } = value as { kind?: unknown; task?: unknown };
  return isIn(TASK_KINDS, kind) || isIn(HEAD_TASKS, task);
}

const isIn = (list: readonly unknown[], value: unknown) => list.includes(value);

/** An item in which columns that are called by somebody have other names; the same item where there are none. */
export function withoutNamesOf(item: DatasetItem, isMeant: (text: string) => boolean): DatasetItem {
  const { columns } = item;
  if (columns === undefined) return item;
  const names = Object.keys(columns);
  if (!names.some(isMeant)) return item;
  const next = distinctLabels(names, isMeant);
  return { ...item, columns: Object.fromEntries(Object.values(columns).map((value, index) => [next[index]!, value])) };
}
