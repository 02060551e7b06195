import { inLanguage, type Language } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectSummary } from '@greenlight/shared/projects/contract.ts';

/** The name of a project in the language of the screen. */
export function projectName(project: Pick<ProjectSummary, 'name' | 'localizedName'>, language: Language): string {
  return project.localizedName ? inLanguage(project.localizedName, language) : project.name;
}
