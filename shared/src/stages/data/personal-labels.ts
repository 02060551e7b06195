import { z } from 'zod';
import { labelText } from './label-text.ts';
import { isPersonalToken } from './masked-text.ts';

const MOST_EXAMPLES = 5;
/** A column in which nearly every row has a label of its own is none of labels. */
const MOST_LABELS = 5000;

/** Labels that are personal data by themselves: they go into the classes of every model that learns them. */
export const personalLabels = z
  .object({
    /** How many different ones. */
    count: z.int().min(0),
    /** Some of them, masked. */
    examples: z.array(labelText).max(MOST_EXAMPLES),
  })
  .meta({ id: 'PersonalLabels' });

/** Labels that are personal data by themselves. */
export type PersonalLabels = z.infer<typeof personalLabels>;

/** Those of some labels that are personal data by themselves, as they are: replies mask them. */
export function personalLabelsOf(labels: Iterable<string>): PersonalLabels {
  const found = [...new Set(labels)].slice(0, MOST_LABELS).filter(isPersonalToken);
  return { count: found.length, examples: found.slice(0, MOST_EXAMPLES) };
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
