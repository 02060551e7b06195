import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pagesOf } from '../api/query.ts';
import { PageError } from '../ui/page-error.tsx';
import { PageSkeleton } from '../ui/page-skeleton.tsx';
import { useLanguage } from '../i18n/language.ts';
import { Ago } from '../ui/ago.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { projectName } from '../ui/project-name.ts';
import { ReadOn } from '../ui/read-on.tsx';
import { shownCount } from '../ui/shown-count.ts';
import { NewProjectForm } from './new-project-form.tsx';

/** All projects of the person, with the way to a new one. */
export function ProjectsPage() {
  const { t } = useTranslation(['overview', 'common']);
  const language = useLanguage();
  const [isCreating, setCreating] = useState(false);
  const list = useInfiniteQuery(pagesOf(listProjects, {}));
  const { data, error, refetch, hasNextPage } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const projects = data.pages.flatMap((page) => page.items);
  const active = projects.reduce((sum, project) => sum + project.activeRuns, 0);
  const create = (
    <Button type="primary" onClick={() => setCreating(true)}>
      {t('projects.create')}
    </Button>
  );
  return (
    <Page
      title={t('projects.title')}
      documentTitle={t('projects.title')}
      action={projects.length > 0 && create}
      verdict={
        projects.length > 0 &&
        t('projects.verdict', { count: projects.length, shown: shownCount(projects.length, hasNextPage), active })
      }
    >
      {projects.length === 0 && <EmptyState reason={t('projects.empty')} action={create} />}
      <ul className="card-list">
        {projects.map((project) => (
          <li key={project.id} className="panel">
            <h2>
              <Link to="/projects/$projectId" params={{ projectId: project.id }}>
                {projectName(project, language)}
              </Link>
            </h2>
            <p>{inLanguage(project.goal, language)}</p>
            <p className="secondary">
              {t(`common:problemType.${project.problemType}`)} · {t('projects.runs', { count: project.runs })}
              {project.activeRuns > 0 && ` · ${t('projects.active', { count: project.activeRuns })}`} ·{' '}
              {t('projects.changed')} <Ago moment={project.changedAt} />
            </p>
          </li>
        ))}
      </ul>
      <ReadOn list={list} />
      {isCreating && <NewProjectForm onClose={() => setCreating(false)} />}
    </Page>
  );
}
