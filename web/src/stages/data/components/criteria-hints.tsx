import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { OPERATIONS_METRICS } from '@greenlight/shared/metrics/registry-operations.ts';
import type { SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { formatExactCount } from '../../../ui/numbers.ts';

type Criteria = readonly Pick<CriterionVerdict, 'criterion'>[];

/** Whether a number is measured on held-out items, and not on requests or in money. */
function isOfItems(metric: string): boolean {
  return findMetric(metric) !== undefined && OPERATIONS_METRICS.every(({ id }) => id !== metric);
}

/** The columns by whose values criteria judge, each once. */
export function judgedColumns(criteria: Criteria): string[] {
  return [...new Set(criteria.flatMap(({ criterion }) => criterion.slice?.split('=', 1)[0]?.trim() ?? []))];
}

/** The columns that criteria judge by and that the items would not have; none before the file's columns are known. */
export function lostColumns(
  judged: readonly string[],
  columns: readonly string[] = [],
  mapping: SourceMapping | null,
): string[] {
  if (mapping === null || columns.length === 0) return [];
  const { text, labels, value, split, tasks = [], keepsOtherColumns } = mapping;
  const parts = [text, value, split, ...tasks.flatMap((task) => Object.values(task))];
  return judged.filter(
    (name) => !labels.includes(name) && (!keepsOtherColumns || !columns.includes(name) || parts.includes(name)),
  );
}

/** Says which columns criteria judge by and the version would not have. */
export function JudgedMissing({ columns }: { readonly columns: readonly string[] }) {
  const { t } = useTranslation(['data', 'common']);
  if (columns.length === 0) return null;
  return (
    <p className="issue-warning" data-testid="judged-missing">
      {t('file.judgedMissing', { count: columns.length, columns: columns.join(t('common:listOf.separator')) })}
    </p>
  );
}

/** Says before anything is trained that fewer items are held back than criteria of quality ask to be measured on. */
export function TooFewHeldOut({ criteria, heldOut }: { readonly criteria: Criteria; readonly heldOut: number }) {
  const { t } = useTranslation('data');
  const asked = criteria
    .filter(({ criterion }) => isOfItems(criterion.metric))
    .map(({ criterion }) => criterion.minimumItems);
  const short = asked.filter((items) => items > heldOut);
  if (short.length === 0) return null;
  const needed = Math.max(...short);
  return (
    <p className="issue-warning" data-testid="too-few-held-out">
      {t('tooFewHeldOut', {
        count: short.length,
        heldOut: formatExactCount(heldOut),
        needed: formatExactCount(needed),
        total: formatExactCount(needed * 10),
      })}
    </p>
  );
}
