import { z } from 'zod';
import type { StepResult } from '../training/engine.ts';

/** What an epoch's losses of each further head add up to so far. */
export const headSums = z.array(z.object({ lossSum: z.number(), targets: z.number() }));

type HeadSums = z.infer<typeof headSums>;

/** The sums of an epoch's losses by head after a step more. */
export function withStep(sums: HeadSums, step: StepResult['auxiliary']): HeadSums {
  return step.map(({ loss, targets }, head) => {
    const { lossSum, targets: counted } = sums[head] ?? { lossSum: 0, targets: 0 };
    return { lossSum: lossSum + (loss ?? 0) * targets, targets: counted + targets };
  });
}

/** The mean loss of a head; null where no target was seen. */
export function meanOf(sums: HeadSums[number] | undefined): number | null {
  return sums === undefined || sums.targets === 0 ? null : sums.lossSum / sums.targets;
}
