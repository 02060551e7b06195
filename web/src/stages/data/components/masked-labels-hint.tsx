import { useTranslation } from 'react-i18next';

/** A label with a placeholder for personal data, and the letters by which the server tells equal ones apart (`label-masks-service.ts`). */
const MASKED = /\[[A-Z_ -]+\].* [a-p]{8}$/u;

/** Says what the letters behind masked labels are; nothing where no label is masked. */
export function MaskedLabelsHint({ labels }: { readonly labels: readonly string[] }) {
  const { t } = useTranslation('privacy');
  const masked = labels.find((label) => MASKED.test(label));
  if (masked === undefined) return null;
  return (
    <p className="secondary" data-testid="masked-labels">
      {t('labels.marks', { mark: masked.slice(-8) })}
    </p>
  );
}
