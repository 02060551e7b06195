import { z } from 'zod';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { evaluation, metricValue } from './contract.ts';
import { seenInTraining } from './seen-in-training.ts';

/** An evaluation as decisions freeze it: what was measured, on which content, and every number. */
export const frozenMeasurement = z.object({
  model: localizedText,
  /** The data version with the SHA-256 that its content had. */
  dataset: z.object({ versionId: id, version: z.number().int(), sha256 }),
  ...evaluation.pick({ split: true, checkpointStep: true, items: true, sameAsTraining: true }).shape,
  /** Left out where it was measured before that was counted. */
  seenInTraining: seenInTraining.optional(),
  measuredAt: moment,
  /** Of all heads; `task` names a further one. */
  metrics: z.array(metricValue.extend({ task: z.string().optional() })),
});

/** An evaluation as decisions freeze it. */
export type FrozenMeasurement = z.infer<typeof frozenMeasurement>;
