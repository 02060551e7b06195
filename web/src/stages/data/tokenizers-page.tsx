import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import { useChoices } from '../../api/use-choices.ts';
import { withNamed } from '../../api/with-named.ts';
import { ChoiceSelect } from '../../ui/choice-select.tsx';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { NoVersion } from './components/no-version.tsx';
import { TokenizerForm } from './components/tokenizer-form.tsx';
import { TokenizerList } from './components/tokenizer-list.tsx';
import { TokenizerReport } from './components/tokenizer-report.tsx';
import { TokenizerUpload } from './components/tokenizer-upload.tsx';
import { UploadedTokenizers } from './components/uploaded-tokenizers.tsx';
import { datasetVersionQuery, datasetVersionsQuery, uploadedTokenizersQuery } from './queries.ts';
import { useTokenizerTrainings } from './use-tokenizer-trainings.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';

const route = getRouteApi('/shell/projects/$projectId/data/tokenizers');

/** Tokenizers are learned from texts. */
const LEARNED_FROM = { fits: ({ images }: Pick<DatasetVersion, 'images'>) => images === null };

/** Tokenizers of a data version: learned or brought along, measured, tried and compared; version and tokenizers are in the address. */
export function TokenizersPage() {
  const { t } = useTranslation('tokenizers');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useChoices(datasetVersionsQuery(projectId), LEARNED_FROM);
  const named = useQuery({ ...datasetVersionQuery(search.version ?? ''), enabled: search.version !== undefined });
  const known = withNamed(versions.items ?? [], named.data).filter(LEARNED_FROM.fits);
  const shown = search.version ?? known[0]?.id;
  const trainings = useTokenizerTrainings(shown, search.tokenizer);
  const uploads = useInfiniteQuery({
    ...uploadedTokenizersQuery(projectId, shown ?? ''),
    enabled: shown !== undefined,
  });
  const mayTrain = useProjectRights(projectId)('data:write');
  const error = versions.error ?? trainings.error ?? uploads.error;
  const retry = () => void Promise.all([versions.retry(), trainings.refetch(), uploads.refetch()]);
  if (versions.items && shown === undefined)
    return (
      <Page title={t('title')} documentTitle={t('title')}>
        <NoVersion projectId={projectId} />
      </Page>
    );
  if (!versions.items || named.isLoading || !trainings.items || !uploads.data || shown === undefined)
    return error === null ? <PageSkeleton /> : <PageError error={error} onRetry={retry} />;
  const { open } = trainings;
  const version = known.find(({ id }) => id === shown);
  const isDeleted = version !== undefined && version.retention.deleted !== null;
  return (
    <Page title={t('title')} documentTitle={t('title')} verdict={t('verdict')}>
      <div className="preparation-columns">
        <div>
          <Field label={t('version')}>
            {(control) => (
              <ChoiceSelect
                {...control}
                choices={versions}
                className="full-width"
                value={shown}
                options={known.map(({ id, datasetName, version: number }) => ({
                  value: id,
                  label: `${inLanguage(datasetName, language)} v${number}`,
                }))}
                onChange={(chosen) => void navigate({ search: { version: chosen }, replace: true })}
              />
            )}
          </Field>
          {isDeleted && <Alert type="info" showIcon title={t('versionDeleted')} />}
          {!isDeleted && mayTrain && (
            <TokenizerForm
              versionId={shown}
              key={shown}
              onStarted={(tokenizerId) =>
                void navigate({
                  search: { version: shown, tokenizer: tokenizerId ?? undefined, context: search.context },
                })
              }
            />
          )}
          {!isDeleted && mayTrain && (
            <TokenizerUpload
              projectId={projectId}
              versionId={shown}
              key={`upload ${shown}`}
              onUploaded={(tokenizerId) =>
                void navigate({ search: { version: shown, tokenizer: tokenizerId, context: search.context } })
              }
            />
          )}
          {!isDeleted && !mayTrain && <p className="secondary">{t('mayNotTrain')}</p>}
        </div>
        <div>
          <TokenizerList
            projectId={projectId}
            versionId={shown}
            trainings={trainings.items}
            list={trainings.end}
            open={open}
          />
          <UploadedTokenizers
            projectId={projectId}
            versionId={shown}
            list={uploads}
            tokenizers={uploads.data.pages.flatMap((page) => page.items)}
            open={open}
            mayTrain={mayTrain && !isDeleted}
            onDeleted={(tokenizerId) => {
              if (tokenizerId === search.tokenizer) void navigate({ search: { version: shown }, replace: true });
            }}
          />
        </div>
      </div>
      {open !== undefined && (
        <TokenizerReport
          key={`${open} ${shown}`}
          projectId={projectId}
          tokenizerId={open}
          versionId={shown}
          before={search.before}
          contextLength={search.context ?? DEFAULT_CONTEXT}
          onBefore={(before) =>
            void navigate({ search: (all) => ({ ...all, tokenizer: open, before }), replace: true })
          }
          onContext={(context) =>
            void navigate({ search: (all) => ({ ...all, tokenizer: open, context }), replace: true })
          }
        />
      )}
    </Page>
  );
}

/** The longest item of a run whose settings say nothing else. */
const DEFAULT_CONTEXT = 128;
