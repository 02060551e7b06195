import { leakedItems } from '@greenlight/shared/stages/data/preparation/leakage.ts';
import type { PreparationJobResult } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import type { RecipeStep } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { TFunction } from 'i18next';

const TOLD = ['personal-data', 'drop-exact-duplicates', 'drop-near-duplicates'] as const satisfies RecipeStep['type'][];

interface OutcomeFacts {
  readonly steps: PreparationJobResult['steps'];
  readonly items: { readonly before: number; readonly after: number };
  readonly leaks: PreparationJobResult['leakage']['leaks'];
  /** What leaked between the splits that the source came with. */
  readonly sourceLeaks?: PreparationJobResult['leakage']['leaks'];
}

function countOf(leaks: OutcomeFacts['leaks']): number {
  return leaks.reduce((sum, leak) => sum + leakedItems(leak), 0);
}

/** What a preparation came to, in one sentence: what is left, what was done to the rest, and whether held-out items leaked. */
export function outcomeSentence(
  { steps, items, leaks: found, sourceLeaks = [] }: OutcomeFacts,
  t: TFunction<'preparation'>,
): string {
  const done = TOLD.flatMap((type) => {
    const of = steps.filter((step) => step.type === type);
    const changed = of.reduce((sum, step) => sum + step.changed, 0);
    const dropped = of.reduce((sum, step) => sum + step.dropped, 0);
    if (type === 'personal-data') {
      return [
        ...(changed > 0 ? [t('result.sentence.masked', { count: changed })] : []),
        ...(dropped > 0 ? [t('result.sentence.personalDropped', { count: dropped })] : []),
      ];
    }
    return dropped > 0 ? [t(`result.sentence.${type}`, { count: dropped })] : [];
  });
  const leaks = countOf(found);
  const before = countOf(sourceLeaks);
  return [
    t('result.sentence.left', { count: items.after, before: items.before }),
    done.length === 0 ? '' : t('result.sentence.done', { list: done.join(t('result.sentence.separator')) }),
    before === 0 ? '' : t('result.sentence.sourceLeaks', { count: before }),
    leaks === 0 ? t('result.sentence.noLeaks') : t('result.sentence.leaks', { count: leaks }),
  ].join('');
}
