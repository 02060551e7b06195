import { MAX_COMPARED } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/api-error.ts';
import { useLanguage } from '../../i18n/language.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { HeadSwitch } from '../../ui/head-switch.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { idsIn, idsText } from './chosen-ids.ts';
import { comparisonVerdict, isWriting } from './comparison-verdict.ts';
import { ChangedAnswers } from './components/changed-answers.tsx';
import { ComparedCurves } from './components/compared-curves.tsx';
import { ComparedSamples } from './components/compared-samples.tsx';
import { ComparisonTable } from './components/comparison-table.tsx';
import { ComparisonWarnings } from './components/comparison-warnings.tsx';
import { MovedTextsLinks } from './components/moved-texts-links.tsx';
import { OpenedItems } from './components/opened-items.tsx';
import { useComparison } from './use-comparison.ts';

const route = getRouteApi('/shell/projects/$projectId/evaluation/compare');

/** Two to eight evaluations side by side; which, in what order and what is open stands in the address. */
export function ComparePage() {
  const { projectId } = route.useParams();
  const ids = idsIn(route.useSearch().ids);
  if (ids.length < 2) return <NothingToCompare projectId={projectId} because="tooFew" ids={ids} />;
  if (ids.length > MAX_COMPARED) return <NothingToCompare projectId={projectId} because="tooMany" ids={ids} />;
  return <Comparison projectId={projectId} ids={ids} />;
}

interface NothingProperties {
  readonly projectId: string;
  readonly because: 'tooFew' | 'tooMany' | 'missing';
  /** Those that the list shows as chosen. */
  readonly ids: readonly string[];
}

function NothingToCompare({ projectId, because, ids }: NothingProperties) {
  const { t } = useTranslation('comparison');
  return (
    <Page title={t('plainTitle')} documentTitle={t('plainTitle')}>
      <EmptyState
        reason={t(`broken.${because}`, { number: ids.length, most: MAX_COMPARED })}
        action={
          <LinkButton to="/projects/$projectId/evaluation" params={{ projectId }} search={{ ids: idsText(ids) }}>
            {t('broken.toList')}
          </LinkButton>
        }
      />
    </Page>
  );
}

function Comparison({ projectId, ids }: Pick<NothingProperties, 'projectId' | 'ids'>) {
  const { t } = useTranslation(['comparison', 'common']);
  const language = useLanguage();
  const { head: wantedHead, changed, task, direction = 'worse' } = route.useSearch();
  const navigate = route.useNavigate();
  const { comparison, compared, isStale, error, retry } = useComparison(projectId, ids);
  if (!comparison) {
    if (error instanceof ApiError && error.status === 404)
      return <NothingToCompare projectId={projectId} because="missing" ids={[]} />;
    return error ? <PageError error={error} onRetry={retry} /> : <PageSkeleton />;
  }
  const search = { ids: idsText(ids), head: wantedHead };
  const show = (next: object) => void navigate({ search: { ...search, ...next }, replace: true, resetScroll: false });
  const heads = [...new Set(compared.flatMap(({ evaluation }) => evaluation?.heads.map(({ name }) => name) ?? []))];
  const head = heads.find((name) => name === wantedHead);
  const names = new Map(compared.map(({ summary, name }) => [summary.id, name]));
  const [baseline, ...others] = compared;
  const writes = isWriting(comparison.rows);
  const canOpen = writes || comparison.answers.some((one) => one.task === (task ?? null));
  const opened = canOpen ? others.find(({ summary }) => summary.id === changed) : undefined;
  const column = compared.findIndex(({ summary }) => summary.id === opened?.summary.id);
  const hasAnswers = comparison.answers.some((one) => one.task === (task ?? null) && one.changed[column] != null);
  const title = t('title', { number: compared.length });
  return (
    <div aria-busy={isStale}>
      <Page
        title={title}
        documentTitle={title}
        verdict={
          <strong aria-live="polite" data-testid="comparison-verdict">
            {comparisonVerdict(comparison, names, language, t)}
          </strong>
        }
        action={
          <LinkButton
            color="default"
            variant="outlined"
            to="/projects/$projectId/evaluation"
            params={{ projectId }}
            search={{ ids: search.ids }}
          >
            {t('choose.others')}
          </LinkButton>
        }
      >
        <ComparisonWarnings {...{ projectId, comparison, compared }} />
        <ComparisonTable rows={comparison.rows} compared={compared} onShow={(shown) => show({ ids: idsText(shown) })} />
        {writes && <MovedTextsLinks {...{ projectId, rows: comparison.rows, compared, search }} />}
        <ChangedAnswers {...{ projectId, answers: comparison.answers, compared, search }} />
        {baseline && opened && (
          <OpenedItems
            key={`${opened.summary.id} ${task ?? ''}`}
            {...{ projectId, baseline, one: opened, task: task ?? null, direction }}
            kind={writes && !hasAnswers ? 'texts' : 'answers'}
            onDirection={(next) => show({ changed, task, direction: next })}
            onClose={() => show({})}
          />
        )}
        <HeadSwitch heads={heads} shown={head} onShow={(shown) => show({ head: shown, changed, task, direction })} />
        <ComparedCurves compared={compared} head={head} />
        <ComparedSamples compared={compared} />
      </Page>
    </div>
  );
}
