import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../../ui/ago.tsx';
import { Differences } from '../../../ui/differences.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { contentOf, forgetEdits, keptEdits, type KeptRequirement } from '../draft-keeper.ts';
import { Editor } from './editor.tsx';
import { Gap } from '../../../ui/gap.tsx';

interface Properties {
  readonly version: Requirement;
  readonly onDone: () => void;
  readonly onReload: () => void;
}

/** Opens the editor; where this browser holds edits that never arrived, it first asks what to do with them. */
export function EditorWithRestore({ version, onDone, onReload }: Properties) {
  const { t } = useTranslation('requirements');
  const [kept] = useState(() => keptEdits(version));
  const [choice, setChoice] = useState<{ restored: KeptRequirement | null } | null>(
    kept === null ? { restored: null } : null,
  );
  if (choice !== null)
    return <Editor version={version} restored={choice.restored} onDone={onDone} onReload={onReload} />;
  if (kept === null) return null;
  return (
    <Panel title={t('restore.title')}>
      <p>
        {t('restore.text')}
        <Gap />
        <Ago moment={kept.at} />
      </p>
      {kept.revision !== version.revision && <p className="issue-warning">{t('restore.older')}</p>}
      <Differences differences={contentDifferences(contentOf(version), kept.content)} />
      <p className="notice-actions">
        <Button type="primary" onClick={() => setChoice({ restored: kept })}>
          {t('restore.action')}
        </Button>
        <Button
          onClick={() => {
            forgetEdits(version.id);
            setChoice({ restored: null });
          }}
        >
          {t('restore.forget')}
        </Button>
      </p>
    </Panel>
  );
}
