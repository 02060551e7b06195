import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { formatMoney, sentences } from '../plan-text.ts';

/** What energy and cost of a plan are computed from, and where people set it. */
export function PlanRates({ plan }: { readonly plan: RunPlan }) {
  const { t } = useTranslation('plan');
  const language = useLanguage();
  const { energy, rates } = plan;
  if (energy === null) return null;
  const { pricePerHour, pricePerKilowattHour, currency } = rates;
  const prices = [
    pricePerHour !== null && t('rates.perHour', { price: formatMoney(pricePerHour, currency) }),
    pricePerKilowattHour !== null && t('rates.perKilowattHour', { price: formatMoney(pricePerKilowattHour, currency) }),
  ].filter((price) => price !== false);
  return (
    <p className="secondary" data-testid="plan-rates">
      {sentences(
        [
          t(`rates.power.${energy.source}`, { watts: Math.round(energy.watts) }),
          prices.length === 0 ? t('rates.noPrice') : t('rates.prices', { prices: prices.join(t('rates.and')) }),
        ],
        language,
      )}{' '}
      <Link to="/governance/workers">{t('rates.set')}</Link>
    </p>
  );
}
