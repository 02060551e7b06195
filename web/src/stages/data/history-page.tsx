import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChoices, type Choices } from '../../api/use-choices.ts';
import { useLanguage } from '../../i18n/language.ts';
import { ChoiceSelect } from '../../ui/choice-select.tsx';
import { Field } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { LineageGraph } from './components/lineage-graph.tsx';
import { NoVersion } from './components/no-version.tsx';
import { VersionComparison } from './components/version-comparison.tsx';
import { datasetLineageQuery, datasetVersionsQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/data/history');

/** Where a data version comes from, what was made of it, and how it differs from another; both are in the address. */
export function DataHistoryPage() {
  const { t } = useTranslation('data');
  const { projectId } = route.useParams();
  const { version, before } = route.useSearch();
  const choices = useChoices(datasetVersionsQuery(projectId));
  const { items: known, error, retry } = choices;
  if (!known) return error ? <PageError error={error} onRetry={() => void retry()} /> : <PageSkeleton />;
  const shown = version ?? known[0]?.id;
  if (shown === undefined) {
    return (
      <Page title={t('history.title')} documentTitle={t('history.title')}>
        <NoVersion projectId={projectId} />
      </Page>
    );
  }
  return (
    <VersionHistory projectId={projectId} shown={shown} chosen={before} known={known} choices={choices} key={shown} />
  );
}

interface Properties {
  readonly projectId: string;
  readonly shown: string;
  readonly chosen: string | undefined;
  readonly known: readonly NamedVersion[];
  readonly choices: Choices<NamedVersion>;
}

interface NamedVersion {
  readonly id: string;
  readonly datasetName: { zh?: string | undefined; en?: string | undefined };
  readonly version: number;
}

function VersionHistory({ projectId, shown, chosen, known, choices }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  const language = useLanguage();
  const navigate = route.useNavigate();
  const { data: lineage, error, refetch } = useQuery(datasetLineageQuery(shown));
  if (!lineage) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const named = new Map([...known, ...lineage.versions].map((one) => [one.id, one]));
  const nameOf = (one: NamedVersion) => `${inLanguage(one.datasetName, language)} v${one.version}`;
  const others = [...named.values()].filter(({ id }) => id !== shown);
  const origin = lineage.preparations.find(({ from, to }) => to === shown && from !== shown)?.from;
  const before = chosen ?? origin ?? others[0]?.id;
  return (
    <Page
      title={t('history.title')}
      documentTitle={t('history.title')}
      verdict={t('history.verdict', { count: lineage.versions.length })}
    >
      <Panel title={t('history.lineage')}>
        {!lineage.isComplete && <Alert type="info" showIcon title={t('history.incomplete')} />}
        <LineageGraph projectId={projectId} lineage={lineage} shown={shown} />
      </Panel>
      <Panel
        title={t('common:labelled', {
          label: t('history.changes'),
          value: nameOf(named.get(shown) ?? lineage.versions[0]!),
        })}
      >
        {before === undefined ? (
          <p>{t('history.noOther')}</p>
        ) : (
          <>
            <Field label={t('history.before')}>
              {(control) => (
                <ChoiceSelect
                  {...control}
                  choices={choices}
                  value={before}
                  options={others.map((one) => ({ value: one.id, label: nameOf(one) }))}
                  onChange={(id) => void navigate({ search: { version: shown, before: id }, replace: true })}
                />
              )}
            </Field>
            <VersionComparison versionId={shown} before={before} />
          </>
        )}
      </Panel>
    </Page>
  );
}
