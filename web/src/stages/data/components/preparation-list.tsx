import { startPreparation, type Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { resumeImport } from '@greenlight/shared/stages/data/source-contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { preparationsQuery } from '../queries.ts';
import { JobEntry } from './job-entry.tsx';

/** Why a file cannot become a version as it was asked for, however often it is tried. */
const LASTING_ERRORS: ReadonlySet<string> = new Set(['source-unreadable', 'no-rows', 'invalid-labels', 'nothing-left']);

interface Properties {
  readonly projectId: string;
  readonly preparation: Preparation;
  readonly isOpen: boolean;
}

/** One preparation: of what, how far it is and what can be done about it. */
function PreparationEntry({ projectId, preparation, isOpen }: Properties) {
  const { t } = useTranslation('preparation');
  const queryClient = useQueryClient();
  const { jobId, origin, recipe, splits } = preparation;
  return (
    <JobEntry
      projectId={projectId}
      job={preparation}
      testId="preparation"
      isOpen={isOpen}
      onResume={() =>
        origin.kind === 'source'
          ? call(resumeImport, { params: { jobId } })
          : call(startPreparation, { params: { projectId }, body: { origin, recipe, splits } })
      }
      onSettled={() => queryClient.invalidateQueries({ queryKey: preparationsQuery(projectId).queryKey })}
      instead={
        origin.kind === 'source' && LASTING_ERRORS.has(preparation.error?.code ?? '') ? (
          <Link to="/projects/$projectId/data/uploads" params={{ projectId }} search={{ source: origin.sourceId }}>
            {t('list.importAgain')}
          </Link>
        ) : undefined
      }
      action={
        !isOpen && (
          <Link
            to="/projects/$projectId/data/prepare"
            params={{ projectId }}
            search={{
              from: origin.kind === 'version' ? origin.datasetVersionId : (preparation.datasetVersionId ?? ''),
              job: jobId,
            }}
          >
            {t('list.show')}
          </Link>
        )
      }
    >
      <strong>
        <Localized text={preparation.datasetName} />
      </strong>
      {' · '}
      <span>{t('list.steps', { count: recipe.steps.length })}</span>
    </JobEntry>
  );
}

interface ListProperties {
  readonly projectId: string;
  readonly preparations: readonly Preparation[];
  readonly open: string | undefined;
  /** Where older ones are read, if there are others than these. */
  readonly end?: ComponentProps<typeof ReadOn>['list'];
}

/** Preparations of the project, newest first. */
export function PreparationList({ projectId, preparations, open, end }: ListProperties) {
  const { t } = useTranslation('preparation');
  return (
    <Panel title={t('list.title')}>
      {preparations.length === 0 ? (
        <p className="secondary">{t('list.none')}</p>
      ) : (
        <ul className="plain-list">
          {preparations.map((one) => (
            <PreparationEntry key={one.jobId} projectId={projectId} preparation={one} isOpen={one.jobId === open} />
          ))}
        </ul>
      )}
      {end && <ReadOn list={end} />}
    </Panel>
  );
}
