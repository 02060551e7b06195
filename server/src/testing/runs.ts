import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import { startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import type { Caller } from './caller.ts';

/** The project that every installation ships with. */
export interface SeededProject {
  readonly projectId: string;
  readonly datasetVersionId: string;
}

/** Finds the shipped project and its dataset version. */
export async function seededProject(caller: Caller): Promise<SeededProject> {
  const projects = await caller.call(listProjects);
  const projectId = projects.items.at(-1)?.id ?? '';
  const versions = await caller.call(listDatasetVersions, { params: { projectId } });
  return { projectId, datasetVersionId: versions.items[0]?.id ?? '' };
}

/** Queues a run of default settings; `more` goes into the request. */
export function queueRun(caller: Caller, project: SeededProject, more: Record<string, unknown> = {}): Promise<Run> {
  const { projectId, datasetVersionId } = project;
  return caller.call(startRun, { params: { projectId }, body: { datasetVersionId, configuration: {}, ...more } });
}
