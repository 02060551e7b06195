import {
  datasetLineage,
  MAX_COMPARED_ITEMS,
  MAX_LINEAGE,
  type DatasetComparison,
  type DatasetLineage,
} from '@greenlight/shared/stages/data/lineage-contract.ts';
import {
  preparationPlan,
  preparationResult,
  preparationTask,
} from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { AppError } from '../../plugins/app-error.ts';
import { compareContents } from './compare-contents.ts';
import type { LineageStore } from './lineage-store.ts';
import type { DataService } from './service.ts';
import type { DataStore, VersionWithDataset } from './store.ts';

/** The door to where versions come from and how they differ. */
export interface LineageService {
  /** Throws `not-found`. */
  lineage(versionId: string): Promise<DatasetLineage>;
  /** Throws `not-found`, also where the versions are of two projects, and `too-many-items`. */
  compare(versionId: string, beforeId: string): Promise<DatasetComparison>;
}

type ImportRow = Awaited<ReturnType<LineageStore['importsTo']>>[number];

/** The file of an import; none where the job read no file, as when the version that it read is gone. */
function importOf({ jobId, datasetVersionId, result, job }: ImportRow): DatasetLineage['imports'] {
  const { origin } = preparationTask.parse(job.payload);
  if (origin.kind !== 'source') return [];
  const read = preparationResult.pick({ source: true }).safeParse(result).data;
  return [{ jobId, to: datasetVersionId, fileName: origin.fileName, encoding: read?.source.encoding ?? null }];
}

/** Builds the lineage service. */
export function createLineageService(
  store: LineageStore,
  data: DataStore,
  openContent: DataService['openContent'],
): LineageService {
  async function find(id: string): Promise<VersionWithDataset> {
    const row = await data.find(id);
    if (row === null) throw new AppError('not-found');
    return row;
  }

  const opened = (version: VersionWithDataset) => async () => (await openContent(version.id)).stream;

  return {
    async lineage(versionId) {
      const { projectId } = await find(versionId);
      const known = new Set([versionId]);
      const edges = new Map<string, DatasetLineage['preparations'][number]>();
      const erasures = new Map<string, DatasetLineage['erasures'][number]>();
      let isComplete = true;
      for (let reached = [versionId]; reached.length > 0;) {
        const found = await store.edgesAt(projectId, reached, MAX_LINEAGE + 1);
        const erased = await store.erasuresAt(projectId, reached, MAX_LINEAGE + 1);
        reached = [];
        for (const { jobId, originVersionId, datasetVersionId, plan } of found) {
          if (originVersionId === null || edges.has(jobId)) continue;
          const fresh = [originVersionId, datasetVersionId].filter((id) => !known.has(id));
          if (edges.size === MAX_LINEAGE || known.size + fresh.length > MAX_LINEAGE) {
            isComplete = false;
            continue;
          }
          const steps = preparationPlan.parse(plan).recipe.steps.map(({ type }) => type);
          edges.set(jobId, { jobId, from: originVersionId, to: datasetVersionId, steps });
          for (const id of fresh) known.add(id);
          reached.push(...fresh);
        }
        for (const edge of erased) {
          const key = `${edge.erasureId} ${edge.from}`;
          const fresh = [edge.from, edge.to].filter((id) => !known.has(id));
          if (erasures.has(key)) continue;
          if (erasures.size === MAX_LINEAGE || known.size + fresh.length > MAX_LINEAGE) {
            isComplete = false;
            continue;
          }
          erasures.set(key, edge);
          for (const id of fresh) known.add(id);
          reached.push(...fresh);
        }
      }
      const ids = [...known];
      const imports = await store.importsTo(projectId, ids, MAX_LINEAGE + 1);
      const runs = await store.runsOn(projectId, ids, MAX_LINEAGE + 1);
      const tokenizers = await store.tokenizersOf(projectId, ids, MAX_LINEAGE + 1);
      const versions = await store.versions(projectId, ids);
      return datasetLineage.parse({
        versions: versions.map(({ dataset, createdAt, ...version }) => ({
          ...version,
          datasetName: dataset.name,
          createdAt: createdAt.toISOString(),
        })),
        preparations: [...edges.values()],
        imports: imports.slice(0, MAX_LINEAGE).flatMap(importOf),
        erasures: [...erasures.values()],
        tokenizers: tokenizers.slice(0, MAX_LINEAGE),
        runs: runs.slice(0, MAX_LINEAGE),
        isComplete: isComplete && Math.max(imports.length, runs.length, tokenizers.length) <= MAX_LINEAGE,
      });
    },
    async compare(versionId, beforeId) {
      const after = await find(versionId);
      const before = await find(beforeId);
      if (before.projectId !== after.projectId) throw new AppError('not-found');
      if (Math.max(before.items, after.items) > MAX_COMPARED_ITEMS) throw new AppError('too-many-items');
      return compareContents(opened(before), opened(after));
    },
  };
}
