import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { DraftSnapshot, SaveState } from '../api/draft-keeper.ts';
import { ErrorNotice } from './error-notice.tsx';
import { usePersonName } from './person-name.tsx';

const SHAPES: Record<SaveState, { shape: string; tone: string }> = {
  saved: { shape: '●', tone: 'pass' },
  waiting: { shape: '◐', tone: 'active' },
  saving: { shape: '◐', tone: 'active' },
  incomplete: { shape: '▲', tone: 'unclear' },
  offline: { shape: '▲', tone: 'unclear' },
  overtaken: { shape: '▲', tone: 'fail' },
  refused: { shape: '▲', tone: 'fail' },
};

/** Whether the last edits are saved, as shape, colour and words. */
export function SaveStatus({ state }: { readonly state: SaveState }) {
  const { t } = useTranslation('requirements');
  const { shape, tone } = SHAPES[state];
  return (
    <span className={`mark mark-${tone}`} role="status" data-testid="save-state" data-state={state}>
      <span aria-hidden="true">{shape}</span> {t(`saveState.${state}`)}
    </span>
  );
}

interface OvertakenProperties {
  readonly snapshot: Pick<DraftSnapshot<unknown>, 'state' | 'error'>;
  /** What differs between the two, where that is known. */
  readonly children?: ReactNode;
  readonly onTakeTheirs: () => void;
  readonly onSaveMine: (revision: number) => void;
}

/** What to do where a save was refused: choose between one's own edits and somebody else's, or read why. */
export function SaveProblem({ snapshot, children, onTakeTheirs, onSaveMine }: OvertakenProperties) {
  const { t } = useTranslation('requirements');
  const nameOf = usePersonName();
  const { state, error } = snapshot;
  if (state === 'refused') return <ErrorNotice error={error} />;
  if (state !== 'overtaken') return null;
  const { revision, edited } = (error?.details ?? {}) as { revision?: number; edited?: { actor: string } | null };
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      data-testid="overtaken"
      title={t('overtaken.title', { actor: edited ? nameOf(edited.actor) : t('overtaken.somebody') })}
      description={
        <>
          <p>{t('overtaken.text')}</p>
          {children}
        </>
      }
      action={
        <span className="notice-actions">
          <Button onClick={onTakeTheirs}>{t('overtaken.theirs')}</Button>
          <Button disabled={revision === undefined} onClick={() => revision !== undefined && onSaveMine(revision)}>
            {t('overtaken.mine')}
          </Button>
        </span>
      }
    />
  );
}
