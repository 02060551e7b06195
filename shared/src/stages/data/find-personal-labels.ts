import { isPersonalToken } from './masked-text.ts';
import { MOST_PERSONAL_LABELS, type PersonalLabels } from './personal-labels.ts';

/** A column in which nearly every row has a label of its own is none of labels. */
const MOST_LABELS = 5000;

/** Those of some labels that are personal data by themselves, as they are: replies mask them. */
export function personalLabelsOf(labels: Iterable<string>): PersonalLabels {
  const found = [...new Set(labels)].slice(0, MOST_LABELS).filter(isPersonalToken);
  return { count: found.length, examples: found.slice(0, MOST_PERSONAL_LABELS) };
}

/** The labels that an item, or a row of a file, gives: its own and those of its tasks. */
export function labelsOfItem({
  labels = [],
  tasks = {},
}: {
  readonly labels?: readonly string[] | undefined;
  readonly tasks?: Readonly<Record<string, string | readonly string[] | number>> | undefined;
}): string[] {
  const answers = Object.values(tasks).flatMap((answer) => answer as string | string[] | number);
  return [...labels, ...answers.filter((answer) => typeof answer === 'string')];
}
