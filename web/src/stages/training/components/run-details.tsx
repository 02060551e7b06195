import { downloadArtifact, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { scheduleWords } from '@greenlight/shared/stages/training/plan/evaluation-words.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { GuardedDownload } from '../../../ui/guarded-download.tsx';
import { formatBytes, formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Prose } from '../../../ui/prose.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { datasetVersionQuery } from '../queries.ts';
import { isUsed, SETTING_GROUPS, type Choice, type SettingField } from '../settings.ts';
import { NOTHING } from '../../../ui/nothing.ts';

/** The tokenizer that was chosen for a run, with the way to its measurements. */
function ChosenTokenizer({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const { projectId, tokenizer } = run;
  if (tokenizer === null)
    return t(run.configuration.startFromArtifactId === null ? 'form.ownTokenizer' : 'details.checkpointTokenizer');
  const { id, kind, size, sha256, datasetVersionId } = tokenizer;
  return (
    <>
      <Link
        to="/projects/$projectId/data/tokenizers"
        params={{ projectId }}
        search={{ version: datasetVersionId ?? run.datasetVersionId, tokenizer: id }}
        data-testid="run-tokenizer"
      >
        {t('details.tokenizer', { kind: t(`choice.${kind}`), size: formatExactCount(size) })}
      </Link>{' '}
      <code title={sha256}>{sha256.slice(0, 12)}</code>
    </>
  );
}

/** The checkpoint that a run begins with, and which heads of a classifier it takes over. */
function StartingCheckpoint({ run }: { readonly run: Run }) {
  const { t } = useTranslation(['training', 'common']);
  const { projectId, startedFrom, configuration } = run;
  if (startedFrom === null) return configuration.startFromArtifactId ?? t('form.randomWeights');
  const { runId, runNumber, step, newHeads } = startedFrom;
  const heads = [null, ...configuration.auxiliaryTasks.map(({ name }) => name)];
  const named = (of: readonly (string | null)[]) =>
    of.map((name) => name ?? t('details.labelHead')).join(t('common:listOf.separator')) || t('choice.none');
  return (
    <span data-testid="run-start">
      <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId, runId }}>
        {t('details.startedFrom', { run: runNumber, step })}
      </Link>
      {configuration.architecture === 'encoder-classifier' && (
        <>
          <br />
          {t('details.headsTaken', { heads: named(heads.filter((head) => !newHeads.includes(head))) })}
          <br />
          {t('details.headsNew', { heads: named(newHeads) })}
        </>
      )}
    </span>
  );
}

function SettingValue({ run, field }: { readonly run: Run; readonly field: SettingField }) {
  const { t } = useTranslation('training');
  if (field.kind === 'tasks') {
    const named = run.configuration.auxiliaryTasks.map(({ name, weight }) =>
      weight === 1 ? name : `${name} × ${weight}`,
    );
    return <span data-raw>{named.join(' · ') || NOTHING}</span>;
  }
  const value = run.configuration[field.name as Exclude<typeof field.name, 'auxiliaryTasks'>];
  if (field.kind === 'checkpoint') return <StartingCheckpoint run={run} />;
  if (field.kind === 'tokenizer') return <ChosenTokenizer run={run} />;
  if (Array.isArray(value)) return <span data-raw>{value.length === 0 ? NOTHING : value.join(' · ')}</span>;
  if (field.name === 'evaluateEverySteps' && run.evaluations !== null)
    return <Localized text={scheduleWords(run.evaluations, run.configuration)} />;
  if (value === null) {
    const { name } = field;
    return t(
      name === 'evaluateEverySteps' || name === 'checkpointEverySteps' ? `choice.automatic.${name}` : 'choice.none',
    );
  }
  if (field.kind === 'choice') return t(`choice.${value as Choice}`);
  return <span className="figures">{String(value)}</span>;
}

/** The settings of a group that say something of the run. */
function shownOf(fields: readonly SettingField[], { configuration }: Run): SettingField[] {
  // The tokenizer of a run that begins with a checkpoint is asked for by nobody, and yet of interest.
  return fields.filter(({ name }) => name === 'tokenizerId' || isUsed(name, configuration));
}

/** Every setting of a run. */
export function RunConfigurationPanel({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  return (
    <Panel title={t('details.configuration')}>
      {SETTING_GROUPS.map(({ group, fields }) => (
        <div key={group}>
          <h3>{t(`form.group.${group}`)}</h3>
          <Facts
            facts={shownOf(fields, run).map((field) => ({
              key: field.name,
              name: t(`setting.${field.name}`),
              value: <SettingValue run={run} field={field} />,
            }))}
          />
        </div>
      ))}
    </Panel>
  );
}

/** The data version of a run with what its splits mean, and the notes. */
export function RunBackground({ run }: { readonly run: Run }) {
  const { t } = useTranslation(['training', 'common']);
  const language = useLanguage();
  const { data: version } = useQuery(datasetVersionQuery(run.datasetVersionId));
  const notes = inLanguage(run.notes, language);
  return (
    <>
      <Panel title={t('details.data')}>
        <p>
          <Link
            to="/projects/$projectId/data"
            params={{ projectId: run.projectId }}
            search={{ version: run.datasetVersionId }}
          >
            {version ? (
              <>
                <Localized text={version.datasetName} /> v{version.version}
              </>
            ) : (
              t('details.data')
            )}
          </Link>
        </p>
        <Facts
          facts={(['train', 'validation', 'test'] as const).map((split) => ({
            key: split,
            name: t(`common:split.${split}`),
            value: version?.splits[split] ?? '…',
          }))}
        />
        {version?.splits.sameAsTraining && <p>{t('details.sameAsTraining')}</p>}
      </Panel>
      <Panel title={t('details.notes')}>
        {notes === '' ? <p className="secondary">{t('details.noNotes')}</p> : <Prose text={notes} />}
      </Panel>
    </>
  );
}

/** The files that a run left behind. */
export function RunFiles({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  // Exported models are shown with their export.
  const files = run.artifacts.filter(({ kind }) => kind !== 'onnx');
  return (
    <Panel title={t('details.files')}>
      {files.length === 0 ? (
        <EmptyState reason={t(hasEnded(run.state) ? 'details.leftNoFiles' : 'details.noFiles')} />
      ) : (
        <Scrolling label={t('details.files')}>
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{t('details.file')}</th>
                <th scope="col" className="number">
                  {t('details.size')}
                </th>
                <th scope="col" className="number">
                  {t('details.fileStep')}
                </th>
                <th scope="col">{t('details.fileCreated')}</th>
              </tr>
            </thead>
            <tbody>
              {files.map((artifact) => (
                <tr key={artifact.id}>
                  <th scope="row">
                    {artifact.kind === 'predictions' || artifact.kind === 'tokenizer' ? (
                      <GuardedDownload type="link" address={addressOf(downloadArtifact, { artifactId: artifact.id })}>
                        {artifact.name}
                      </GuardedDownload>
                    ) : (
                      <a
                        href={addressOf(downloadArtifact, { artifactId: artifact.id })}
                        download
                        title={t('details.download', { name: artifact.name })}
                      >
                        {artifact.name}
                      </a>
                    )}
                    <br />
                    <code className="secondary" title={artifact.sha256}>
                      {t('details.checksum')} {artifact.sha256.slice(0, 12)}
                    </code>
                  </th>
                  <td className="number">{formatBytes(artifact.sizeBytes)}</td>
                  <td className="number">{artifact.step ?? NOTHING}</td>
                  <td>
                    <Ago moment={artifact.createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
    </Panel>
  );
}
