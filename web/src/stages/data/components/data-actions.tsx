import type { ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../../../ui/link-button.tsx';

interface Properties {
  readonly projectId: string;
  readonly may: (right: ProjectRight) => boolean;
  /** The version that is shown; undefined where there is none. */
  readonly shown: string | undefined;
  /** Whether preparing is the next step of the project. */
  readonly isToPrepare: boolean;
  readonly onAdd: () => void;
}

/** What can be done with the data of a project; who may only read goes to the records of the same things under their names. */
export function DataActions({ projectId, may, shown, isToPrepare, onAdd }: Properties) {
  const { t } = useTranslation(['data', 'preparation', 'privacy']);
  const mayWrite = may('data:write');
  const quiet = { color: 'default', variant: 'outlined' } as const;
  const add = mayWrite && (
    <Button type={isToPrepare ? 'default' : 'primary'} onClick={onAdd}>
      {t('add')}
    </Button>
  );
  return (
    <>
      {/* Where there is nothing yet, adding comes first. */}
      {!shown && add}
      <LinkButton {...quiet} to="/projects/$projectId/data/uploads" params={{ projectId }} data-testid="open-uploads">
        {t(mayWrite ? 'upload.title' : 'upload.files')}
      </LinkButton>
      <LinkButton {...quiet} to="/projects/$projectId/data/erasures" params={{ projectId }} data-testid="open-erasures">
        {t(may('data:erase') ? 'privacy:erase.title' : 'privacy:erase.list')}
      </LinkButton>
      {shown && (
        <LinkButton
          {...(isToPrepare && mayWrite ? {} : quiet)}
          to="/projects/$projectId/data/prepare"
          params={{ projectId }}
          search={{ from: shown }}
          data-testid="open-preparations"
        >
          {t(mayWrite ? 'preparation:open' : 'preparation:list.title')}
        </LinkButton>
      )}
      {shown && add}
    </>
  );
}
