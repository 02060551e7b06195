import { listProjects, type ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pagesOf } from '../api/query.ts';
import { useChoices } from '../api/use-choices.ts';
import { useLanguage } from '../i18n/language.ts';
import { ChoiceSelect } from '../ui/choice-select.tsx';
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
  const [isOpen, setOpen] = useState(false);
  // Every page has the switcher, and few readers open it: only then is the list read, as it is by then.
  const projects = useChoices({ ...pagesOf(listProjects, { query: { limit: 100 } }), enabled: isOpen });
  const listed = projects.items ?? [];
  const known = project === undefined || listed.some(({ id }) => id === project.id) ? listed : [project, ...listed];
  const options = known.map((one) => ({ value: one.id, label: projectName(one, language) }));
  return (
    <ChoiceSelect
      className="project-switcher"
      aria-label={t('switcher.label')}
      placeholder={t('switcher.choose')}
      choices={projects}
      options={options}
      onOpenChange={setOpen}
      {...(options.some((option) => option.value === projectId) ? { value: projectId } : {})}
      onChange={(chosen) => void navigate({ to: '/projects/$projectId', params: { projectId: chosen } })}
    />
  );
}
