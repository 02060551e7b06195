import type { JobError } from '@greenlight/shared/jobs/contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { measureTokenizerJob, trainTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { evaluateOnnxJob } from '@greenlight/shared/stages/training/imported-models.ts';
import type { Database } from '../../database/client.ts';
import type { JobService } from '../../jobs/job-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { ContentDeletion } from './content-deletion.ts';
import type { SourceService } from './source-service.ts';

/** How many uploaded files there are, and preparations and work on tokenizers under way, or were ended. */
export interface UnversionedCount {
  readonly uploads: number;
  readonly preparations: number;
}

/** What an erasure has ended, runs among it. */
export interface EndedCount extends UnversionedCount {
  readonly runs: number;
  readonly evaluations: number;
}

/** Content of a project that is no version: uploaded files, whole or not, and what preparations, work on tokenizers and evaluations are making of data. */
export interface UnversionedContent {
  count(projectId: string): Promise<UnversionedCount>;
  /** Stops this work and destroys the files, without looking into them; can be repeated. */
  destroy(projectId: string, erasure: { id: string; actor: string }): Promise<void>;
  /** How many evaluations of imported models on these versions wait or go on. */
  countEvaluations(projectId: string, versionIds: readonly string[]): Promise<number>;
  /** Stops these evaluations, whose versions were given up, so that none begins any more; can be repeated. */
  stopEvaluations(
    projectId: string,
    versionIds: readonly string[],
    erasure: { id: string; actor: string },
  ): Promise<void>;
  /** What an erasure has ended so far. */
  destroyedBy(projectId: string, erasureId: string): Promise<EndedCount>;
}

/** What it stands on. */
export interface UnversionedContentParts {
  readonly database: Database;
  readonly jobs: JobService;
  readonly sources: SourceService;
  readonly deletion: ContentDeletion;
}

const STOPPED: JobError = {
  code: 'person-erased',
  message: {
    zh: '项目正在删除某人的数据，该项工作所用的内容可能含有此人，因此已停止。',
    en: 'A person was being erased from the project, and what this worked on may have held them, so it was stopped.',
  },
  advice: {
    zh: '已上传的文件也已销毁。请从删除后的数据版本重新开始，或重新上传不含此人的文件。',
    en: 'Uploaded files were destroyed too. Begin anew from the version that is left, or upload a file without the person.',
  },
};
/** Somebody who begins an import again and again between two looks does not hold an erasure up for ever. */
const MOST_ROUNDS = 100;

/** Builds it. */
export function createUnversionedContent(parts: UnversionedContentParts): UnversionedContent {
  const { database, jobs, sources, deletion } = parts;
  const kinds = [prepareDatasetJob.kind, trainTokenizerJob.kind, measureTokenizerJob.kind];

  const whyStopped = ({ id, actor }: { id: string; actor: string }) => ({
    ...{ actor, error: STOPPED, details: { erasureId: id } },
  });

  async function destroyFiles(projectId: string, erasure: { id: string; actor: string }): Promise<boolean> {
    const rows = await database.dataSource.findMany({ where: { projectId }, select: { id: true } });
    for (const { id } of rows) {
      try {
        await sources.erase(erasure.actor, id, erasure.id);
      } catch (error) {
        if (error instanceof AppError && error.code === 'source-in-use') return false;
        throw error;
      }
    }
    return true;
  }

  return {
    async count(projectId) {
      return {
        uploads: await database.dataSource.count({ where: { projectId } }),
        preparations: await database.job.count({ where: { projectId, kind: { in: kinds }, finishedAt: null } }),
      };
    },
    async destroy(projectId, erasure) {
      const why = whyStopped(erasure);
      for (let round = 0; round < MOST_ROUNDS; round++) {
        for (const kind of kinds) {
          const files = await jobs.stop(projectId, kind, why);
          for (const { sha256 } of files) await deletion.removeContent(sha256);
        }
        if (await destroyFiles(projectId, erasure)) return;
      }
      throw new Error(`imports begin again and again while erasure ${erasure.id} goes on`);
    },
    async countEvaluations(projectId, versionIds) {
      const on = versionIds.map((equals) => ({ payload: { path: ['datasetVersionId'], equals } }));
      return database.job.count({ where: { projectId, kind: evaluateOnnxJob.kind, finishedAt: null, OR: on } });
    },
    async stopEvaluations(projectId, versionIds, erasure) {
      const files = await jobs.stop(projectId, evaluateOnnxJob.kind, whyStopped(erasure), versionIds);
      for (const { sha256 } of files) await deletion.removeContent(sha256);
    },
    async destroyedBy(projectId, erasureId) {
      const ofIt = { details: { path: ['erasureId'], equals: erasureId } };
      const times = (action: string) => database.auditEvent.count({ where: { projectId, action, ...ofIt } });
      const ofEvaluation = { details: { path: ['kind'], equals: evaluateOnnxJob.kind } };
      const evaluations = await database.auditEvent.count({
        where: { projectId, action: 'job.stopped', AND: [ofIt, ofEvaluation] },
      });
      return {
        uploads: await times('data-source.erased'),
        preparations: (await times('job.stopped')) - evaluations,
        evaluations,
        runs: await times('run.stopped'),
      };
    },
  };
}
