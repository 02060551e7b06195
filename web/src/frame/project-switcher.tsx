import { listProjects, type ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { useLanguage } from '../i18n/language.ts';
import { projectName } from '../ui/project-name.ts';

interface Properties {
  readonly projectId: string | undefined;
  /** The open project, where it is read already. */
  readonly project: ProjectOverview | undefined;
}

/** Chooses the project that the stages at the left belong to. */
export function ProjectSwitcher({ projectId, project }: Properties) {
  const { t } = useTranslation('frame');
  const language = useLanguage();
  const navigate = useNavigate();
  const { data, isPending } = useQuery(queryOf(listProjects, { query: { limit: 100 } }));
  // The open project may lie beyond the first hundred.
  const listed = data?.items ?? [];
  const known = project === undefined || listed.some(({ id }) => id === project.id) ? listed : [project, ...listed];
  const options = known.map((one) => ({ value: one.id, label: projectName(one, language) }));
  return (
    <Select
      className="project-switcher"
      aria-label={t('switcher.label')}
      placeholder={t('switcher.choose')}
      showSearch={{ optionFilterProp: 'label' }}
      loading={isPending}
      options={options}
      {...(options.some((option) => option.value === projectId) ? { value: projectId } : {})}
      onChange={(chosen: string) => void navigate({ to: '/projects/$projectId', params: { projectId: chosen } })}
    />
  );
}
