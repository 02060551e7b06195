import { keptValues } from '../../../api/kept-values.ts';
import type { z } from 'zod';
import type { newRunSearch } from '../../../search.ts';

/** The settings of a new run over which somebody wants to search, as its form had them. */
export interface SweepBase {
  /** As entered: they may contradict each other. */
  readonly configuration: object;
  readonly datasetVersionId: string;
  /** What the address of the form carried, so that going back finds it as it was left. */
  readonly search: z.infer<typeof newRunSearch>;
}

/** The settings that a person took along in this tab. */
export function keptBase(accountId: string, projectId: string) {
  return keptValues<SweepBase>(`sweep-base.${accountId}.${projectId}`);
}
