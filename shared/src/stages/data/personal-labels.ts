import { z } from 'zod';
import { labelText } from './label-text.ts';

/** Most labels that are shown as examples. */
export const MOST_PERSONAL_LABELS = 5;

/** Labels that are personal data by themselves: they go into the classes of every model that learns them. */
export const personalLabels = z
  .object({
    /** How many different ones. */
    count: z.int().min(0),
    /** Some of them, masked. */
    examples: z.array(labelText).max(MOST_PERSONAL_LABELS),
  })
  .meta({ id: 'PersonalLabels' });

/** Labels that are personal data by themselves. */
export type PersonalLabels = z.infer<typeof personalLabels>;
