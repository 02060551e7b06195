import type { HeadEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { formatCount } from '../../../ui/numbers.ts';

interface Properties {
  readonly head: HeadEvaluation;
  /** How many items were measured in all. */
  readonly all: number;
}

/** What a further head learns, on how many items it was measured, and that no criterion follows it. */
export function HeadFacts({ head, all }: Properties) {
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
      <p className="secondary">{items === 0 ? t('head.noItems') : t('head.noCriteria')}</p>
    </>
  );
}
