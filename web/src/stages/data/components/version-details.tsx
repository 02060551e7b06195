import { getProject } from '@greenlight/shared/projects/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { formatBytes, formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Prose } from '../../../ui/prose.tsx';
import { TooFewHeldOut } from './criteria-hints.tsx';
import { orNothing } from '../../../ui/nothing.ts';
import { MaskedLabelsHint } from './masked-labels-hint.tsx';
import { VersionKeeping } from './version-keeping.tsx';
import { datasetVersionQuery } from '../queries.ts';

const SHOWN_LABELS = 6;

function LabelNames({ labels }: { readonly labels: readonly string[] }) {
  const { t } = useTranslation(['data', 'common']);
  return (
    <span data-raw title={labels.join(t('common:listOf.separator'))}>
      {labels.slice(0, SHOWN_LABELS).join(t('common:listOf.separator'))}
      {labels.length > SHOWN_LABELS && ` … (${formatExactCount(labels.length)})`}
    </span>
  );
}

/** One data version: splits and what they mean, origin, first texts. */
export function VersionDetails({ projectId, versionId }: { readonly projectId: string; readonly versionId: string }) {
  const { t } = useTranslation(['data', 'privacy', 'tokenizers']);
  const language = useLanguage();
  const { data: version, error, refetch } = useQuery(datasetVersionQuery(versionId));
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  if (!version) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const { splits } = version;
  const isUnlabelled =
    project?.problemType === 'text-classification' &&
    version.images === null &&
    version.labelKind === 'none' &&
    version.tasks.length === 0;
  const facts = [
    { key: 'train', name: t('train'), value: formatExactCount(splits.train) },
    { key: 'validation', name: t('validation'), value: formatExactCount(splits.validation) },
    { key: 'test', name: t('test'), value: formatExactCount(splits.test) },
    { key: 'seed', name: t('seed'), value: splits.seed },
    ...(version.images === null
      ? [
          { key: 'characters', name: t('characters'), value: formatExactCount(version.characters) },
          { key: 'distinct', name: t('distinct'), value: formatExactCount(version.distinctCharacters) },
          { key: 'size', name: t('size'), value: formatBytes(version.sizeBytes) },
        ]
      : [
          { key: 'labels', name: t('images.labels'), value: formatExactCount(version.labels.length) },
          { key: 'images', name: t('images.size'), value: formatBytes(version.images.sizeBytes) },
        ]),
    ...(version.images === null && version.labels.length > 0
      ? [{ key: 'labels', name: t('labels'), value: <LabelNames labels={version.labels} /> }]
      : []),
    ...(version.labelKind === 'none' || version.labelledItems === version.items
      ? []
      : [
          {
            key: 'labelled',
            name: t('tasks.labelled'),
            value: t('tasks.labelledItems', {
              labelled: formatExactCount(version.labelledItems),
              items: formatExactCount(version.items),
            }),
          },
        ]),
    ...version.tasks.map(({ name, kind, labels, items }) => ({
      key: `task ${name}`,
      name: t('tasks.task', { name }),
      value: t(`tasks.${kind}`, { labels: labels.length, items: formatExactCount(items) }),
    })),
    {
      key: 'checksum',
      name: t('checksum'),
      value: <code title={version.contentSha256}>{version.contentSha256.slice(0, 12)}</code>,
    },
    { key: 'source', name: t('source'), value: <span data-raw>{inLanguage(version.source, language)}</span> },
    { key: 'licence', name: t('licence'), value: <span data-raw>{orNothing(version.licence)}</span> },
  ];
  const notes = inLanguage(version.notes, language);
  return (
    <Panel
      title={`${inLanguage(version.datasetName, language)} v${version.version}`}
      extra={
        <span className="panel-links">
          <Link
            to="/projects/$projectId/data/items"
            params={{ projectId }}
            search={{ version: versionId }}
            data-testid="open-data-items"
          >
            {t('privacy:items.title')}
          </Link>
          {version.images === null && (
            <Link
              to="/projects/$projectId/data/tokenizers"
              params={{ projectId }}
              search={{ version: versionId }}
              data-testid="open-tokenizers"
            >
              {t('tokenizers:title')}
            </Link>
          )}
          <Link
            to="/projects/$projectId/data/history"
            params={{ projectId }}
            search={{ version: versionId }}
            data-testid="open-data-history"
          >
            {t('history.title')}
          </Link>
        </span>
      }
    >
      {splits.sameAsTraining && (
        <Alert type="warning" showIcon title={t('sameAsTraining.title')} description={t('sameAsTraining.text')} />
      )}
      {isUnlabelled && (
        <Alert type="warning" showIcon title={t('unlabelled.title')} description={t('unlabelled.text')} />
      )}
      {project &&
        version.labelKind !== 'none' &&
        version.images === null &&
        splits.test > 0 &&
        !splits.sameAsTraining && <TooFewHeldOut criteria={project.criteria} heldOut={splits.test} />}
      {version.images !== null && <p>{t('images.about')}</p>}
      <Facts facts={facts} />
      <MaskedLabelsHint labels={version.labels} />
      {notes !== '' && (
        <>
          <h3>{t('notes')}</h3>
          <Prose text={notes} />
        </>
      )}
      <VersionKeeping projectId={projectId} version={version} />
      {version.preview.length > 0 && (
        <>
          <h3>{t(version.images === null ? 'preview' : 'images.preview')}</h3>
          <p className="secondary">{t('masked')}</p>
          <ol className="preview" data-raw>
            {version.preview.map((text, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the same text may come twice
              <li key={index}>{text}</li>
            ))}
          </ol>
        </>
      )}
    </Panel>
  );
}
