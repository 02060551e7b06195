import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import type { DraftSnapshot } from '../draft-keeper.ts';

const SHAPES: Record<DraftSnapshot['state'], { shape: string; tone: string }> = {
  saved: { shape: '●', tone: 'pass' },
  waiting: { shape: '◐', tone: 'active' },
  saving: { shape: '◐', tone: 'active' },
  incomplete: { shape: '▲', tone: 'unclear' },
  offline: { shape: '▲', tone: 'unclear' },
  overtaken: { shape: '▲', tone: 'fail' },
  refused: { shape: '▲', tone: 'fail' },
};

/** Whether the last edits are saved, as shape, colour and words. */
export function SaveStatus({ state }: { readonly state: DraftSnapshot['state'] }) {
  const { t } = useTranslation('requirements');
  const { shape, tone } = SHAPES[state];
  return (
    <span className={`mark mark-${tone}`} role="status" data-testid="save-state" data-state={state}>
      <span aria-hidden="true">{shape}</span> {t(`saveState.${state}`)}
    </span>
  );
}

interface OvertakenProperties {
  readonly snapshot: DraftSnapshot;
  readonly onTakeTheirs: () => void;
  readonly onSaveMine: (revision: number) => void;
}

/** What to do where a save was refused: choose between one's own edits and somebody else's, or read why. */
export function SaveProblem({ snapshot, onTakeTheirs, onSaveMine }: OvertakenProperties) {
  const { t } = useTranslation('requirements');
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
      title={t('overtaken.title', { actor: edited?.actor ?? t('overtaken.somebody') })}
      description={t('overtaken.text')}
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
