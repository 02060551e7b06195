import type { StageState } from '@greenlight/shared/stages.ts';
import type { RunState } from '@greenlight/shared/stages/training/contract.ts';
import { useTranslation } from 'react-i18next';

const STAGE_SHAPES: Record<StageState, { shape: string; tone: string }> = {
  'not-started': { shape: '○', tone: 'none' },
  'in-progress': { shape: '◐', tone: 'active' },
  blocked: { shape: '▲', tone: 'fail' },
  passed: { shape: '●', tone: 'pass' },
};

const RUN_SHAPES: Record<RunState, { shape: string; tone: string }> = {
  queued: { shape: '○', tone: 'none' },
  running: { shape: '◐', tone: 'active' },
  evaluating: { shape: '◕', tone: 'active' },
  finished: { shape: '●', tone: 'pass' },
  failed: { shape: '▲', tone: 'fail' },
  cancelled: { shape: '■', tone: 'none' },
};

/** The state of a stage as shape, colour and word. */
export function StageStateMark({ state }: { readonly state: StageState }) {
  const { t } = useTranslation();
  const { shape, tone } = STAGE_SHAPES[state];
  return (
    <span className={`mark mark-${tone}`}>
      <span aria-hidden="true">{shape}</span> {t(`stageState.${state}`)}
    </span>
  );
}

/** The state of a run as shape, colour and word. */
export function RunStateMark({ state, testId }: { readonly state: RunState; readonly testId?: string }) {
  const { t } = useTranslation();
  const { shape, tone } = RUN_SHAPES[state];
  return (
    <span className={`mark mark-${tone}`} data-testid={testId} data-state={state}>
      <span aria-hidden="true">{shape}</span> {t(`runState.${state}`)}
    </span>
  );
}
