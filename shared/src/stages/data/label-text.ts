import { z } from 'zod';

/** What a marked text or value of a contract holds. */
export type LabelMark = 'label' | 'image-path' | 'job-result';

const marks = z.registry<{ readonly holds: LabelMark }>();

/** A label of items. People choose by labels, and one may be personal data by itself: replies show such a label masked. */
export const labelText = z.string().register(marks, { holds: 'label' });

/** The beginning of a text, or the path of an image in its archive, whose folders are labels. */
export const textOrImagePath = z.string().register(marks, { holds: 'image-path' });

/** What a job left behind, whose labels are where the result of its `kind`, beside it, has them. */
export const jobResult = z.unknown().register(marks, { holds: 'job-result' });

/** What a schema is marked to hold, also where it was narrowed since; undefined where it is not marked. */
export function labelMarkOf(schema: z.core.$ZodType): LabelMark | undefined {
  return marks.get(schema)?.holds;
}
