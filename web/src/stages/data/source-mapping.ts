import type { LabelKind } from '@greenlight/shared/stages/data/content.ts';
import type { SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';

/** What usually stands between several labels in one cell. */
const USUAL_SEPARATOR = '|';

/** What the label of a mapping is. */
export function labelKindOf({ labels, labelSeparator, value }: SourceMapping): LabelKind {
  if (value !== undefined) return 'value';
  if (labels.length === 0) return 'none';
  return labelSeparator === undefined && labels.length === 1 ? 'single' : 'multiple';
}

/** The column that holds the label, where there is one. */
export function labelColumnOf({ labels, value }: SourceMapping): string | undefined {
  return value ?? labels[0];
}

/** A mapping in which a column is nothing yet, because a column is one thing only. */
function withoutColumn(mapping: SourceMapping, column: string): SourceMapping {
  const { split, tasks, ...rest } = mapping;
  const free: SourceMapping = {
    ...rest,
    ...(split !== undefined && split !== column && { split }),
    ...(tasks !== undefined && { tasks: tasks.filter((task) => task.column !== column) }),
  };
  return labelColumnOf(free) === column ? unlabelled(free) : free;
}

function unlabelled({ labelSeparator: _separator, value: _value, ...rest }: SourceMapping): SourceMapping {
  return { ...rest, labels: [] };
}

/** A mapping whose text is in a column. */
export function withText(mapping: SourceMapping, text: string): SourceMapping {
  return { ...withoutColumn(mapping, text), text };
}

/** A mapping whose splits are in a column, or that says none. */
export function withSplit(mapping: SourceMapping, split: string | undefined): SourceMapping {
  if (split !== undefined) return { ...withoutColumn(mapping, split), split };
  const { split: _, ...rest } = mapping;
  return rest;
}

/** A mapping whose label is of a kind, and in a column. */
export function withLabel(mapping: SourceMapping, kind: LabelKind, column: string | undefined): SourceMapping {
  if (kind === 'none' || column === undefined) return unlabelled(mapping);
  const rest = unlabelled(withoutColumn(mapping, column));
  if (kind === 'value') return { ...rest, value: column };
  const labelSeparator = mapping.labelSeparator ?? USUAL_SEPARATOR;
  return { ...rest, labels: [column], ...(kind === 'multiple' && { labelSeparator }) };
}

/** Every encoding reads names of columns in ASCII alike. */
const ASCII = /^[\x20-\x7e]*$/;

/** A mapping that is read in another encoding; null where a name of a column may read otherwise then. */
export function withEncoding(mapping: SourceMapping, encoding: SourceMapping['encoding']): SourceMapping | null {
  const { text, labels, value = '', split = '', tasks = [] } = mapping;
  const names = [text, ...labels, value, split, ...tasks.map(({ column }) => column)];
  return names.every((name) => ASCII.test(name)) ? { ...mapping, encoding } : null;
}
