import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../ui/facts.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { formatBytes } from '../../../ui/numbers.ts';
import { formatDuration } from '../../../ui/time.ts';

const MEMORY_PARTS = ['parameters', 'gradients', 'moments', 'activations', 'evaluation', 'process'] as const;
const TIME_PARTS = [
  'preparation',
  'recording',
  'steps',
  'evaluations',
  'reporting',
  'finalEvaluation',
  'delivery',
] as const;

/** How a plan was made: its parts and its assumptions in words, on demand. */
export function PlanAssumptions({ plan }: { readonly plan: RunPlan }) {
  const { t } = useTranslation('plan');
  const { t: common } = useTranslation();
  const { time } = plan;
  return (
    <details data-testid="plan-assumptions">
      <summary>{t('how')}</summary>
      <ul>
        {plan.assumptions.map((sentence) => (
          <li key={sentence.en}>
            <Localized text={sentence} />
          </li>
        ))}
      </ul>
      {time && (
        <>
          <h3>{t('timeParts')}</h3>
          <Facts
            facts={TIME_PARTS.map((part) => ({
              key: part,
              name: t(`timePart.${part}`, { count: plan.evaluations }),
              value: formatDuration(time.parts[part], common),
            }))}
          />
        </>
      )}
      <h3>{t('memoryParts')}</h3>
      <Facts
        facts={MEMORY_PARTS.map((part) => ({
          key: part,
          name: t(`memoryPart.${part}`),
          value: formatBytes(plan.memory.parts[part]),
        }))}
      />
    </details>
  );
}
