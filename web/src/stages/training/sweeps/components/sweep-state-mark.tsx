import type { SweepSummary } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { useTranslation } from 'react-i18next';
import { goesOn } from '../queries.ts';

/** Whether a sweep goes on, or has ended with or without a best run, as shape, colour and word. */
export function SweepStateMark({ sweep }: { readonly sweep: Pick<SweepSummary, 'counts' | 'best'> }) {
  const { t } = useTranslation('sweeps');
  const isActive = goesOn(sweep);
  const [tone, shape] = isActive ? ['active', '◐'] : sweep.best === null ? ['none', '■'] : ['pass', '●'];
  return (
    <span className={`mark mark-${tone}`} data-testid="sweep-state" data-active={isActive}>
      <span aria-hidden="true">{shape}</span> {t(isActive ? 'state.active' : 'state.ended')}
    </span>
  );
}
