import type { Architecture } from '@greenlight/shared/stages/selection/architectures/architecture.ts';
import { searchArchitectures } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { PROBLEM_TYPES, type ProblemType } from '@greenlight/shared/stages/requirements/contract.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { formatCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { candidatesQuery, refreshSelection } from '../queries.ts';
import type { SelectionRights } from '../use-rights.ts';
import { ArchitectureDetails } from './architecture-details.tsx';

/** What the address says about the catalogue. */
export interface CatalogueSearch {
  readonly problem?: ProblemType | 'all' | undefined;
  readonly search?: string | undefined;
  readonly architecture?: string | undefined;
}

interface Properties {
  readonly projectId: string;
  /** The project's own kind of problem, where the address names none. */
  readonly problemType: ProblemType | undefined;
  readonly filter: CatalogueSearch;
  readonly onFilter: (filter: CatalogueSearch) => void;
  readonly rights: SelectionRights;
  readonly onAdded: (candidateId: string) => Promise<void>;
}

interface EntryProperties extends Pick<Properties, 'projectId' | 'rights' | 'onAdded'> {
  readonly entry: Architecture;
  readonly isOpen: boolean;
  readonly isCandidate: boolean;
  readonly onToggle: () => void;
}

function Entry({ projectId, rights, onAdded, entry, isOpen, isCandidate, onToggle }: EntryProperties) {
  const { t } = useTranslation('selection');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const name = entry.name[language];
  const add = useMutation({
    mutationKey: [addCandidate.id],
    mutationFn: async () => {
      const body = { kind: 'catalogue' as const, architecture: entry.id };
      const { id } = await call(addCandidate, { params: { projectId }, body });
      await onAdded(id);
    },
    onSettled: () => refreshSelection(queryClient),
  });
  return (
    <li data-testid="architecture" data-architecture={entry.id}>
      <div className="criterion-line">
        <div>
          <h3>
            <button type="button" className="term" aria-expanded={isOpen} onClick={onToggle}>
              {name}
            </button>
          </h3>
          <p>{entry.summary[language]}</p>
          <p className="secondary">
            {entry.parameters.count === null
              ? entry.parameters.text[language].replace(/[.。]$/, '')
              : t('catalogue.parametersShort', { count: formatCount(entry.parameters.count) })}
            {' · '}
            {t(`catalogue.explainable.${entry.explainability.level}`)}
            {' · '}
            {entry.licence[language]}
          </p>
        </div>
        <div className="criterion-actions">
          {entry.training && rights.mayTrain && (
            <LinkButton
              size="small"
              color="default"
              variant="outlined"
              to="/projects/$projectId/training/new"
              params={{ projectId }}
              search={{ preset: entry.id }}
              aria-label={t('catalogue.trainNamed', { name })}
            >
              {t('catalogue.train')}
            </LinkButton>
          )}
          {rights.mayEdit &&
            (isCandidate ? (
              <span className="mark mark-pass">
                <span aria-hidden="true">●</span> {t('catalogue.isCandidate')}
              </span>
            ) : (
              <Button
                size="small"
                loading={add.isPending}
                aria-label={t('catalogue.addNamed', { name })}
                onClick={() => add.mutate()}
              >
                {t('catalogue.add')}
              </Button>
            ))}
        </div>
      </div>
      {add.error && <ErrorNotice error={add.error} />}
      {isOpen && <ArchitectureDetails entry={entry} />}
    </li>
  );
}

/** The architectures for a kind of problem, with facts and sources, each a step from being a candidate. */
export function CatalogueView({ projectId, problemType, filter, onFilter, rights, onAdded }: Properties) {
  const { t } = useTranslation(['selection', 'common']);
  const { data: candidates } = useQuery(candidatesQuery(projectId));
  const problem = filter.problem ?? problemType ?? 'all';
  const found = searchArchitectures({
    ...(problem === 'all' ? {} : { problemType: problem }),
    search: filter.search,
  });
  const weighed = new Set(candidates?.items.map(({ architecture }) => architecture));
  return (
    <Panel
      title={t('catalogue.title', { count: found.length })}
      extra={
        <span className="editor-actions">
          <Select
            className="wide-select"
            aria-label={t('catalogue.problem')}
            value={problem}
            onChange={(next: ProblemType | 'all') => onFilter({ ...filter, problem: next })}
            options={(['all', ...PROBLEM_TYPES] as const).map((value) => ({
              value,
              label: value === 'all' ? t('catalogue.allProblems') : t(`common:problemType.${value}`),
            }))}
          />
          <Input.Search
            className="wide-select"
            allowClear
            aria-label={t('catalogue.search')}
            placeholder={t('catalogue.search')}
            defaultValue={filter.search ?? ''}
            onSearch={(search) => onFilter({ ...filter, search: search === '' ? undefined : search })}
          />
        </span>
      }
    >
      {found.length === 0 && <EmptyState reason={t('catalogue.nothing')} />}
      <ul className="criteria-editor">
        {found.map((entry) => {
          const isOpen = entry.id === filter.architecture;
          return (
            <Entry
              key={entry.id}
              {...{ projectId, rights, onAdded, entry, isOpen }}
              isCandidate={weighed.has(entry.id)}
              onToggle={() => onFilter({ ...filter, architecture: isOpen ? undefined : entry.id })}
            />
          );
        })}
      </ul>
      <p className="secondary">{t('catalogue.note')}</p>
    </Panel>
  );
}
