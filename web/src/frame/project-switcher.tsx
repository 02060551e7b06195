import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { useLanguage } from '../i18n/language.ts';
import { projectName } from '../ui/project-name.ts';

/** Chooses the project that the stages at the left belong to. */
export function ProjectSwitcher({ projectId }: { readonly projectId: string | undefined }) {
  const { t } = useTranslation('frame');
  const language = useLanguage();
  const navigate = useNavigate();
  const { data, isPending } = useQuery(queryOf(listProjects, { query: { limit: 100 } }));
  const options = data?.items.map((project) => ({ value: project.id, label: projectName(project, language) })) ?? [];
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
