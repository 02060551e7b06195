import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { useTranslation } from 'react-i18next';
import { isOpen } from '../queries.ts';

/** Whether a sweep goes on, or has ended with or without a best run, as shape, colour and word. */
export function SweepStateMark({ sweep }: { readonly sweep: Pick<Sweep, 'runs' | 'best'> }) {
  const { t } = useTranslation('sweeps');
  const isActive = isOpen(sweep);
  const [tone, shape] = isActive ? ['active', '◐'] : sweep.best === null ? ['none', '■'] : ['pass', '●'];
  return (
    <span className={`mark mark-${tone}`} data-testid="sweep-state" data-active={isActive}>
      <span aria-hidden="true">{shape}</span> {t(isActive ? 'state.active' : 'state.ended')}
    </span>
  );
}
