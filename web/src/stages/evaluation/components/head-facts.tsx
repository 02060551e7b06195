import type { HeadEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../../ui/numbers.ts';

interface Properties {
  readonly head: HeadEvaluation;
  /** How many items were measured in all. */
  readonly all: number;
  /** How many criteria name its task. */
  readonly criteria: number;
}

/** What a further head learns, on how many items it was measured, and how many criteria judge it. */
export function HeadFacts({ head, all, criteria }: Properties) {
  const { t } = useTranslation('evaluation');
  const { name, task, items, classes, weight } = head;
  return (
    <>
      <p className="run-numbers secondary" data-testid="head-facts">
        <span data-raw>{name}</span>
        <span>{t(`head.${task}`, { count: classes })}</span>
        <span>{t('head.items', { items: formatCount(items), all: formatCount(all) })}</span>
        <span>{t('head.weight', { weight })}</span>
      </p>
      <p className="secondary">
        {items === 0
          ? t('head.noItems')
          : criteria === 0
            ? t('head.noCriteria')
            : t('head.criteria', { count: criteria })}
      </p>
    </>
  );
}
