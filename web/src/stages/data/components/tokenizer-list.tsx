import {
  startTokenizerMeasurement,
  startTokenizerTraining,
  type TokenizerTraining,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { refreshTokenizers } from '../queries.ts';
import { JobEntry } from './job-entry.tsx';

interface Properties {
  readonly projectId: string;
  readonly versionId: string;
  readonly trainings: readonly TokenizerTraining[];
  readonly open: string | undefined;
}

type EntryProperties = Omit<Properties, 'trainings'> & { readonly training: TokenizerTraining };

/** One training or measuring: what was wished for, how far it is and what can be done about it. */
function TrainingEntry({ projectId, versionId, training, open }: EntryProperties) {
  const { t } = useTranslation('tokenizers');
  const queryClient = useQueryClient();
  const { settings, measured, tokenizerId } = training;
  const isOpen = tokenizerId !== null && tokenizerId === open;
  const wish = [
    ...(measured === null ? [] : [t('list.measured', { name: measured.fileName })]),
    t(`kind.${settings.kind}`),
    measured === null
      ? t('list.atMost', { size: formatExactCount(settings.vocabularySize) })
      : t('tokens', { size: formatExactCount(measured.size) }),
    ...(settings.lowercase ? [t('form.lowercase')] : []),
    ...(settings.stripAccents ? [t('form.stripAccents')] : []),
  ].join(' · ');
  return (
    <JobEntry
      projectId={projectId}
      job={training}
      testId="tokenizer-training"
      isOpen={isOpen}
      onResume={() =>
        measured === null
          ? call(startTokenizerTraining, { params: { datasetVersionId: versionId }, body: settings })
          : call(startTokenizerMeasurement, {
              params: { tokenizerId: measured.tokenizerId },
              body: { datasetVersionId: versionId },
            })
      }
      onSettled={() => refreshTokenizers(queryClient)}
    >
      {tokenizerId === null || isOpen ? (
        <strong>{wish}</strong>
      ) : (
        <Link
          to="/projects/$projectId/data/tokenizers"
          params={{ projectId }}
          search={{ version: versionId, tokenizer: tokenizerId }}
        >
          {wish}
        </Link>
      )}
    </JobEntry>
  );
}

/** The trainings of tokenizers on a version, newest first, and the measurings of those that were brought along. */
export function TokenizerList({ trainings, list, ...properties }: Properties & ComponentProps<typeof ReadOn>) {
  const { t } = useTranslation('tokenizers');
  return (
    <Panel title={t('list.title')}>
      {trainings.length === 0 ? (
        !list.hasNextPage && <p className="secondary">{t('list.none')}</p>
      ) : (
        <ul className="plain-list">
          {trainings.map((training) => (
            <TrainingEntry key={training.jobId} training={training} {...properties} />
          ))}
        </ul>
      )}
      <ReadOn list={list} />
    </Panel>
  );
}
