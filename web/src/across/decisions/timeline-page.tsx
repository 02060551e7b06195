import { DECISION_KINDS, type DecisionSummary } from '@greenlight/shared/across/decisions/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/language.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Localized } from '../../ui/localized.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { EvidenceValue } from './components/evidence-value.tsx';
import { AlteredNotice } from './components/integrity.tsx';
import { decisionsQuery } from './queries.ts';
import { usePersonName } from '../../ui/person-name.tsx';
import { Gap } from '../../ui/gap.tsx';
import { ReadOn } from '../../ui/read-on.tsx';

const route = getRouteApi('/shell/projects/$projectId/decisions');
const EVERYTHING = 'all';

function Entry({ decision }: { readonly decision: DecisionSummary }) {
  const { t } = useTranslation(['decisions', 'common']);
  const language = useLanguage();
  const nameOf = usePersonName();
  const { id, projectId, title, actor, createdAt, rationale, dissent, evidence, integrity } = decision;
  return (
    <li data-testid="decision">
      <h3>
        <Link to="/projects/$projectId/decisions/$decisionId" params={{ projectId, decisionId: id }}>
          {inLanguage(title, language)}
        </Link>
      </h3>
      <p className="secondary">
        {t('by', { actor: nameOf(actor) })} · <Ago moment={createdAt} />
      </p>
      <AlteredNotice integrity={integrity} />
      {rationale === '' ? <p className="secondary">{t('noReason')}</p> : <blockquote data-raw>{rationale}</blockquote>}
      {dissent !== null && (
        <p>
          {t('dissent')}
          <Gap />
          <span data-raw>{dissent}</span>
        </p>
      )}
      <ul className="steps" aria-label={t('evidence')}>
        {evidence.map((item, index) => (
          // Frozen, so their order stays; two candidates may have one name.
          <li key={index}>
            {typeof item.value === 'string' ? (
              <>
                {t('common:labelled', { label: inLanguage(item.label, language), value: '' }).trimEnd()}
                <Gap />
              </>
            ) : (
              <>
                <Localized text={item.label} />{' '}
              </>
            )}
            <EvidenceValue item={item} isShort />
          </li>
        ))}
      </ul>
    </li>
  );
}

/** Who decided what, when, why and on which evidence, newest first. */
export function DecisionsPage() {
  const { t } = useTranslation(['decisions', 'common']);
  const { projectId } = route.useParams();
  const filter = route.useSearch();
  const nameOf = usePersonName();
  const navigate = route.useNavigate();
  const list = useInfiniteQuery({
    ...decisionsQuery(projectId, filter),
    placeholderData: (before) => before,
  });
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const decisions = data.pages.flatMap((page) => page.items);
  const people = data.pages[0]?.people ?? [];
  const isFiltered = filter.kind !== undefined || filter.person !== undefined;
  const newest = decisions[0];
  const choose = (change: Partial<typeof filter>) => void navigate({ search: { ...filter, ...change }, replace: true });
  const filters = (
    <div className="notice-actions print-hidden">
      <Select
        aria-label={t('filter.kind')}
        className="state-filter"
        value={filter.kind ?? EVERYTHING}
        options={[
          { value: EVERYTHING, label: t('filter.allKinds') },
          ...DECISION_KINDS.map((value) => ({ value, label: t(`kind.${value}`) })),
        ]}
        onChange={(chosen) => choose({ kind: DECISION_KINDS.find((known) => known === chosen) })}
      />
      <Select
        aria-label={t('filter.person')}
        className="state-filter"
        value={filter.person ?? EVERYTHING}
        options={[
          { value: EVERYTHING, label: t('filter.allPeople') },
          ...people.map(({ id, name }) => ({ value: id, label: nameOf(name) })),
        ]}
        onChange={(chosen) => choose({ person: chosen === EVERYTHING ? undefined : chosen })}
      />
    </div>
  );
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      verdict={newest && !isFiltered && t('latest', { actor: nameOf(newest.actor) })}
    >
      <Panel title={t('timeline')} extra={filters}>
        {decisions.length > 0 && (
          <ol className="versions decision-list" reversed>
            {decisions.map((decision) => (
              <Entry key={decision.id} decision={decision} />
            ))}
          </ol>
        )}
        {decisions.length === 0 && isFiltered && <EmptyState reason={t('emptyFiltered')} />}
        {decisions.length === 0 && !isFiltered && (
          <EmptyState
            reason={t('empty')}
            action={
              <LinkButton to="/projects/$projectId/requirements" params={{ projectId }}>
                {t('toRequirement')}
              </LinkButton>
            }
          />
        )}
        <ReadOn list={list} />
      </Panel>
    </Page>
  );
}
