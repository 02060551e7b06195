import { createProject, getProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { userOf, type RegisterRoute } from '../plugins/route.ts';
import type { ProjectService } from './service.ts';

/** Registers the routes of projects. */
export function registerProjects(register: RegisterRoute, projects: ProjectService): void {
  register(listProjects, (call) => projects.list(userOf(call), call.query.cursor, call.query.limit));
  register(createProject, (call) => projects.create(userOf(call), call.body));
  register(getProject, (call) => projects.overview(userOf(call), call.params.projectId));
}
