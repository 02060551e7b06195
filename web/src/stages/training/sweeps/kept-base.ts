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

/** What was taken along where the browser keeps nothing: it lasts until the page is loaded anew. */
const takenAlong = new Map<string, Partial<SweepBase>>();

/** The settings that a person took along in this tab. */
export function keptBase(accountId: string, projectId: string) {
  const name = `sweep-base.${accountId}.${projectId}`;
  const kept = keptValues<SweepBase>(name);
  return {
    read: () => takenAlong.get(name) ?? kept.read(),
    keep(base: Partial<SweepBase>): void {
      takenAlong.delete(name);
      if (!kept.keep(base)) takenAlong.set(name, base);
    },
  };
}
