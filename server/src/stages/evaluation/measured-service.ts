import { evaluateOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import type { MeasuredSource } from '@greenlight/shared/stages/selection/contract.ts';
import type { ModelFileService } from '../training/model-file-service.ts';
import type { EvaluationService } from './service.ts';

/** More sources than these nobody chooses from. */
const MOST_EVALUATIONS = 50;
const MOST_MODEL_FILES = 20;

/** Builds the list of everything that was measured in a project, of its own runs and of uploaded models, newest first. */
export function createMeasuredSources(
  evaluations: Pick<EvaluationService, 'withMetrics'>,
  modelFiles: Pick<ModelFileService, 'list' | 'evaluations'>,
): (projectId: string) => Promise<MeasuredSource[]> {
  async function ofRuns(projectId: string): Promise<MeasuredSource[]> {
    const found = await evaluations.withMetrics(projectId, MOST_EVALUATIONS);
    return found.flatMap(({ id, runName, runNumber, createdAt, sameAsTraining, metrics }): MeasuredSource[] => {
      // Those of imported models are named by the jobs that measured them.
      if (runName === null) return [];
      const names = Object.entries(runName).map(([language, name]) => [language, `#${runNumber} ${name}`]);
      const values = valuesOf(metrics);
      const name: MeasuredSource['name'] = Object.fromEntries(names);
      return [{ kind: 'evaluation', id, name, modelFileId: null, at: createdAt, sameAsTraining, values }];
    });
  }

  async function ofModelFiles(projectId: string): Promise<MeasuredSource[]> {
    const { items: files } = await modelFiles.list(projectId, undefined, MOST_MODEL_FILES);
    const measured = await Promise.all(
      files.map(async ({ id: modelFileId, name }) => {
        const { items: jobs } = await modelFiles.evaluations(modelFileId);
        return jobs.flatMap(({ id, state, result, finishedAt, createdAt }): MeasuredSource[] => {
          const parsed = evaluateOnnxJob.result.safeParse(result);
          if (state !== 'finished' || !parsed.success) return [];
          return [
            {
              kind: 'model-file-evaluation',
              id,
              name: { en: name, zh: name },
              modelFileId,
              at: finishedAt ?? createdAt,
              sameAsTraining: parsed.data.split === 'train',
              values: valuesOf(parsed.data.metrics),
            },
          ];
        });
      }),
    );
    return measured.flat();
  }

  return async (projectId) => {
    const [runs, files] = await Promise.all([ofRuns(projectId), ofModelFiles(projectId)]);
    return [...runs, ...files].toSorted((one, two) => (one.at < two.at ? 1 : -1));
  };
}

function valuesOf(
  metrics: readonly {
    metric: string;
    task?: string;
    value: number | null;
    low: number | null;
    high: number | null;
    items: number;
  }[],
): MeasuredSource['values'] {
  return metrics.flatMap(({ metric, task, value, low, high, items }) =>
    value === null ? [] : [{ metric, ...(task === undefined ? {} : { task }), value, low, high, items }],
  );
}
