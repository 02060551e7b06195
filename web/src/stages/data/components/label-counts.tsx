import { useTranslation } from 'react-i18next';
import { formatExactCount } from '../../../ui/numbers.ts';
import type { PlacedItem } from '../split-texts.ts';
import { Gap } from '../../../ui/gap.tsx';

const SHOWN = 8;

/** How often each label comes, so that a wrong column is seen before it is added. */
export function LabelCounts({ items }: { readonly items: readonly PlacedItem[] }) {
  const { t } = useTranslation(['data', 'common']);
  const counts = new Map<string, number>();
  for (const { labels = [] } of items) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size === 0) return null;
  const frequent = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, SHOWN);
  return (
    <p className="secondary" data-testid="file-labels">
      {t('file.labelCount', { count: counts.size, labels: formatExactCount(counts.size) })}
      <Gap />
      <span data-raw>
        {frequent.map(([label, count]) => `${label} ${formatExactCount(count)}`).join(' · ')}
        {counts.size > SHOWN && ' · …'}
      </span>
    </p>
  );
}
