import { startTokenizerTraining, type TokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { tokenizerTrainingsQuery } from '../queries.ts';
import { JobEntry } from './job-entry.tsx';

interface Properties {
  readonly projectId: string;
  readonly versionId: string;
  readonly trainings: readonly TokenizerTraining[];
  readonly open: string | undefined;
}

type EntryProperties = Omit<Properties, 'trainings'> & { readonly training: TokenizerTraining };

/** One training: what was wished for, how far it is and what can be done about it. */
function TrainingEntry({ projectId, versionId, training, open }: EntryProperties) {
  const { t } = useTranslation('tokenizers');
  const queryClient = useQueryClient();
  const { settings, tokenizerId } = training;
  const isOpen = tokenizerId !== null && tokenizerId === open;
  const wish = [
    t(`kind.${settings.kind}`),
    t('list.atMost', { size: formatExactCount(settings.vocabularySize) }),
    ...(settings.lowercase ? [t('form.lowercase')] : []),
    ...(settings.stripAccents ? [t('form.stripAccents')] : []),
  ].join(' · ');
  return (
    <JobEntry
      projectId={projectId}
      job={training}
      testId="tokenizer-training"
      isOpen={isOpen}
      onResume={() => call(startTokenizerTraining, { params: { datasetVersionId: versionId }, body: settings })}
      onSettled={() => queryClient.invalidateQueries({ queryKey: tokenizerTrainingsQuery(versionId).queryKey })}
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

/** The newest trainings of tokenizers on a version. */
export function TokenizerList({ trainings, ...properties }: Properties) {
  const { t } = useTranslation('tokenizers');
  return (
    <Panel title={t('list.title')}>
      {trainings.length === 0 ? (
        <p className="secondary">{t('list.none')}</p>
      ) : (
        <ul className="plain-list">
          {trainings.map((training) => (
            <TrainingEntry key={training.jobId} training={training} {...properties} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
