import type { Selection } from '@greenlight/shared/stages/selection/contract.ts';
import { matrixDifferences } from '@greenlight/shared/stages/selection/differences.ts';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../../ui/ago.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { contentOf, forgetEdits, keptEdits } from '../draft-keeper.ts';
import type { SelectionRights } from '../use-rights.ts';
import { MatrixEditor } from './matrix-editor.tsx';
import { Gap } from '../../../ui/gap.tsx';

interface Properties {
  readonly selection: Selection;
  readonly rights: SelectionRights;
  readonly onReload: () => void;
}

/** Opens the draft; where this browser holds edits that never arrived, it first asks what to do with them. */
export function DraftView({ selection, rights, onReload }: Properties) {
  const { t } = useTranslation(['selection', 'requirements']);
  const [kept] = useState(() => keptEdits(selection));
  const [choice, setChoice] = useState<'restore' | 'forget' | null>(kept === null ? 'forget' : null);
  if (choice !== null)
    return <MatrixEditor restored={choice === 'restore' ? kept : null} {...{ selection, rights, onReload }} />;
  if (kept === null) return null;
  return (
    <Panel title={t('requirements:restore.title')}>
      <p>
        {t('requirements:restore.text')}
        <Gap />
        <Ago moment={kept.at} />{' '}
        {t('restore.count', { count: matrixDifferences(contentOf(selection), kept.content).length })}
      </p>
      {kept.revision !== selection.revision && <p className="issue-warning">{t('requirements:restore.older')}</p>}
      <p className="notice-actions">
        <Button type="primary" onClick={() => setChoice('restore')}>
          {t('requirements:restore.action')}
        </Button>
        <Button
          onClick={() => {
            forgetEdits(selection.id);
            setChoice('forget');
          }}
        >
          {t('requirements:restore.forget')}
        </Button>
      </p>
    </Panel>
  );
}
