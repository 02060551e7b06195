import type { Readable } from 'node:stream';
import type { Artifact } from '@greenlight/shared/stages/training/contract.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { BEST_CHECKPOINT } from '@greenlight/shared/worker-protocol/contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { Download } from '../../plugins/download.ts';
import { isStored } from '../../storage/is-stored.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ArtifactStore, NewArtifact } from './artifact-store.ts';
import type { ReportService } from './report-service.ts';

/** A file that a worker sends. */
export interface IncomingArtifact extends Pick<NewArtifact, 'kind' | 'name' | 'step' | 'sha256' | 'sizeBytes'> {
  readonly lease: string;
  readonly content: Readable;
}

/** The door to the files of runs. */
export interface ArtifactService {
  /** Stores a file whole or not at all; the same name and checksum again answers with the artifact that exists. */
  receive(runId: string, incoming: IncomingArtifact): Promise<string>;
  /** Throws `not-found`, also for one that is of none of these kinds, where they are given. */
  open(artifactId: string, kinds?: readonly string[]): Promise<Download>;
  /** The dataset version whose texts a file repeats, if any. */
  textsOf(artifactId: string): Promise<string | undefined>;
  /** The version whose labels a file of a classifier repeats, where one of them is personal data. */
  labelsOf(artifactId: string): Promise<string | undefined>;
  /** The vocabulary that a file is, and the version that its run was trained on, if it is one. */
  vocabularyOf(artifactId: string): Promise<{ sha256: string; datasetVersionId: string } | undefined>;
  projectOf(artifactId: string): Promise<string | undefined>;
  /** The checkpoint that stands for the run's result: the one that was evaluated, or the newest so far. */
  measured(runId: string): Promise<{ artifactId: string; sha256: string; step: number } | undefined>;
  /** The newest file of a kind, or undefined. */
  newest(
    runId: string,
    kind: Artifact['kind'],
  ): Promise<{ artifactId: string; sha256: string; step: number } | undefined>;
  runOf(artifactId: string): Promise<string | undefined>;
  /** Removes the best checkpoints of runs that have ended: what was measured is a checkpoint of its own by then. */
  removeBestOfEnded(): Promise<void>;
}

/** What the service stands on. */
export interface ArtifactParts {
  readonly database: Database;
  readonly store: ArtifactStore;
  readonly reports: ReportService;
  readonly storage: Storage;
  /** Keeps everybody else from removing a content until the transaction ends. */
  readonly lockContent: (transaction: Transaction, sha256: string) => Promise<void>;
  /** Removes a content that no row needs. */
  readonly removeContent: (sha256: string) => Promise<void>;
}

const FILES_A_ROUND = 20;

function present(artifact: { id: string; sha256: string; step: number | null } | undefined) {
  return artifact && { artifactId: artifact.id, sha256: artifact.sha256, step: artifact.step ?? 0 };
}

/** Builds the artifact service. */
export function createArtifactService(parts: ArtifactParts): ArtifactService {
  const { database, store, reports, storage, lockContent, removeContent } = parts;
  return {
    async receive(runId, { lease, content, ...file }) {
      const { projectId, state } = await database.$transaction((transaction) =>
        reports.requireHeld(transaction, runId, lease),
      );
      const known = await store.findByName(runId, file.name);
      if (known?.sha256 === file.sha256) {
        // The sender still writes: what it sends again is read and dropped, so that it gets to the answer.
        content.resume();
        return known.id;
      }
      if (hasEnded(state)) throw new AppError('lease-lost');
      await storage.put(content, file);
      const kept = await database.$transaction(async (transaction) => {
        await lockContent(transaction, file.sha256);
        await reports.requireHeld(transaction, runId, lease);
        // A run that repeats this one may have given the same content up after it came and before it has a row: it is sent again.
        if (!(await isStored(storage, file.sha256, file.sizeBytes))) throw new AppError('in-each-others-way');
        return store.keep(transaction, { projectId, runId, ...file });
      });
      if (known !== undefined && file.kind === BEST_CHECKPOINT) await removeContent(known.sha256);
      return kept;
    },
    async removeBestOfEnded() {
      for (const { id, sha256 } of await store.bestOfEnded(FILES_A_ROUND)) {
        await store.remove(id);
        await removeContent(sha256);
      }
    },
    async open(artifactId, kinds) {
      const artifact = await store.find(artifactId);
      if (artifact === undefined || kinds?.includes(artifact.kind) === false) throw new AppError('not-found');
      if (artifact.erasedAt !== null) throw new AppError('content-deleted');
      const { stream, sizeBytes } = await storage.open(artifact.sha256);
      const { sha256 } = artifact;
      // Model files name one another: what is a folder to us must not get into their names.
      const name = artifact.name.slice(artifact.name.lastIndexOf('/') + 1);
      return { stream, sizeBytes, name, sha256, contentType: 'application/octet-stream' };
    },
    textsOf: store.textsOf,
    labelsOf: store.labelsOf,
    vocabularyOf: store.vocabularyOf,
    projectOf: async (artifactId) => (await store.find(artifactId))?.projectId,
    measured: async (runId) => present(await store.measured(runId)),
    newest: async (runId, kind) => present(await store.newest(runId, [kind])),
    runOf: async (artifactId) => (await store.find(artifactId))?.runId,
  };
}
