import type { z } from 'zod';
import { createProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion, type TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { startRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import type { ServerClient } from '../../worker/src/report/client.ts';

type BodyOf<RouteValue extends { body?: z.ZodType }> = z.input<NonNullable<RouteValue['body']>>;

/** A project with data and a run that anybody can create on a server of their own. */
export interface Sample {
  project: BodyOf<typeof createProject>;
  dataset: Omit<BodyOf<typeof createTextDatasetVersion>, 'content'>;
  run: Required<Pick<BodyOf<typeof startRun>, 'name' | 'notes'>> & { configuration: RunConfiguration };
  /** The items, from a folder that keeps what was downloaded. */
  prepare(folder: string): Promise<TextDatasetContent>;
}

/** Attempts before a server counts as not running. */
const PATIENCE = { attempts: 3 };

/** Creates project, dataset version and run where they are missing; a second call answers with the same run. */
export async function createSample(client: ServerClient, sample: Sample, content: TextDatasetContent): Promise<Run> {
  const projectId = await findOrCreateProject(client, sample.project);
  const params = { projectId };
  const version = await client.call(
    createTextDatasetVersion,
    { params, body: { ...sample.dataset, content } },
    PATIENCE,
  );
  const idempotencyKey = `sample-${version.contentSha256.slice(0, 32)}`;
  const body = { ...sample.run, datasetVersionId: version.id, idempotencyKey };
  return client.call(startRun, { params, body }, PATIENCE);
}

/** The project of that name, made where there is none. */
export async function findOrCreateProject(client: ServerClient, project: Sample['project']): Promise<string> {
  const found = await findProject(client, project.name);
  return found ?? (await client.call(createProject, { body: project }, PATIENCE)).id;
}

async function findProject(client: ServerClient, name: string): Promise<string | null> {
  for (let cursor: string | undefined; ;) {
    const page = await client.call(listProjects, { query: { cursor } }, PATIENCE);
    const found = page.items.find((project) => project.name === name);
    if (found || page.nextCursor === null) return found?.id ?? null;
    cursor = page.nextCursor;
  }
}
