import type { predictWithModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { Facts } from '../../../ui/facts.tsx';
import { formatNumber, formatShare } from '../../../ui/numbers.ts';

type Prediction = z.output<NonNullable<typeof predictWithModelFile.reply>>;

/** The number of a regression, or the share of each class, for the one item that was asked about. */
export function ModelFileAnswer({ answer: { labels, probabilities, values } }: { readonly answer: Prediction }) {
  const { t } = useTranslation('modelFiles');
  if (values !== null) {
    return (
      <p className="predicted-value figures" data-testid="model-value">
        {t('import.predicted', { value: formatNumber(values[0] ?? 0) })}
      </p>
    );
  }
  return (
    <Facts
      facts={labels.map((label, column) => ({
        key: label,
        name: <span data-raw>{label}</span>,
        value: formatShare(probabilities[0]?.[column] ?? 0),
      }))}
    />
  );
}
