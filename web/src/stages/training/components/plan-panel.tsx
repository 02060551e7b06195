import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { useTranslation } from 'react-i18next';
import { formatBytes, formatCount, formatNumber } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { planOf } from '../plan.ts';

interface Properties {
  readonly values: object;
  readonly version: DatasetVersion | undefined;
}

/** What the run would take, as far as the settings are complete. */
export function PlanPanel({ values, version }: Properties) {
  const { t } = useTranslation(['training', 'common']);
  const parsed = runConfiguration.safeParse(values);
  if (!parsed.success) return null;
  const plan = planOf(
    parsed.data,
    version && {
      trainItems: version.splits.train,
      characters: version.characters,
      distinctCharacters: version.distinctCharacters,
      labelKind: version.labelKind,
      labels: version.labels.length,
    },
  );
  return (
    <Panel title={t('form.plan')}>
      <p aria-live="polite">
        {plan.steps === null
          ? t('form.planNoData')
          : t('form.planText', {
              steps: formatCount(plan.steps),
              batch: parsed.data.batchSize,
              epochs: parsed.data.epochs,
              parameters: formatCount(plan.parameters),
              memory: formatBytes(plan.memoryBytes),
            })}
      </p>
      {plan.flops !== null && (
        <p className="secondary">
          {t('form.planFlops', { perToken: formatNumber(plan.flopsPerToken), all: formatNumber(plan.flops) })}
        </p>
      )}
      {version?.splits.sameAsTraining && <p>{t('details.sameAsTraining')}</p>}
    </Panel>
  );
}
