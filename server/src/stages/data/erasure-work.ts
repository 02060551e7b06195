import { MAX_ERASURE_SAMPLES } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import {
  identifierMatcher,
  type Identifier,
  type IdentifierMatcher,
} from '@greenlight/shared/stages/data/erasure/identifiers.ts';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { maskedText } from '@greenlight/shared/stages/data/masked-text.ts';
import type { RunError } from '@greenlight/shared/stages/training/contract.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { Database } from '../../database/client.ts';
import type { Storage } from '../../storage/storage.ts';
import type { CertificateService } from './certificate-service.ts';
import type { ContentDeletion } from './content-deletion.ts';
import type { DeletionStore } from './deletion-store.ts';
import type { DescriptionsStore, ErasedDescription } from './descriptions-store.ts';
import { certificateContent } from './erasure-certificate.ts';
import type { ErasureRow, ErasureStore } from './erasure-store.ts';
import { withoutNamesOf } from './erased-texts.ts';
import type { FrozenRecordsStore } from './frozen-records-store.ts';
import type { ModelFileTraces } from './model-file-traces.ts';
import { readItems } from './read-items.ts';
import type { RepeatedTextsStore } from './repeated-texts-store.ts';
import { rewriteVersion } from './rewrite-version.ts';
import type { Sealer } from './sealed-text.ts';
import type { DataStore, VersionWithDataset } from './store.ts';
import type { UnversionedContent } from './unversioned-content.ts';
import type { UploadedTokenizerService } from './uploaded-tokenizer-service.ts';
import type { WorkerCopiesService } from './worker-copies-service.ts';

/** Does the work of erasures beside the requests; what a crash interrupts is gone on with. */
export interface ErasureWork {
  begin(erasureId: string): void;
  /** Takes up what nobody works on. */
  resume(now: Date): Promise<void>;
  /** Waits until the work begun so far has come to an end. */
  settled(): Promise<void>;
  /** Stops at the next item; another server, or the next start, goes on. */
  close(): Promise<void>;
}

/** Runs that still train on data that goes. */
export interface RunsOfErasure {
  stopOn(
    versionIds: readonly string[],
    why: { actor: string; error: RunError; details: Readonly<Record<string, unknown>> },
  ): Promise<void>;
  countOpenOn(versionIds: readonly string[]): Promise<number>;
  /** Has whoever follows one of these runs read it anew. */
  announceRewritten(runIds: ReadonlySet<string>): Promise<void>;
}

/** What the work stands on. */
export interface ErasureWorkParts {
  readonly database: Database;
  readonly store: ErasureStore;
  readonly versions: DataStore;
  readonly texts: RepeatedTextsStore;
  readonly descriptions: DescriptionsStore;
  readonly frozen: FrozenRecordsStore;
  readonly modelFiles: ModelFileTraces;
  readonly unversioned: UnversionedContent;
  readonly deletion: ContentDeletion;
  readonly runs: RunsOfErasure;
  readonly copiesOf: WorkerCopiesService['ofData'];
  readonly tokenizersOf: DeletionStore['tokenizersOf'];
  readonly uploadedTokenizers: UploadedTokenizerService;
  readonly certificates: CertificateService;
  readonly audit: AuditService;
  readonly storage: Storage;
  readonly sealer: Sealer;
  readonly onError: (error: unknown) => void;
}

const RUN_STOPPED: RunError = {
  code: 'person-erased',
  message: {
    zh: '该运行所用的数据中有一人的数据被删除，训练因此停止；此前的检查点已保留。',
    en: 'A person was erased from the data of this run, so it was stopped. Its checkpoints so far are kept.',
  },
  advice: {
    zh: '请用取代它的数据版本重新开始训练。',
    en: 'Start a run on the data version that took the place of this one.',
  },
};
const LEASE_MS = 30_000;
const REPORT_MS = 1_000;
const ERASURES_A_ROUND = 4;

/** The erasure was given up, or taken over, or the server ends: whoever works on it stops. */
class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** The stored file of a version could not be read, or not be written anew. */
class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
  readonly version: VersionWithDataset;

  constructor(version: VersionWithDataset, cause: unknown) {
    super(`the content of dataset version ${version.id} could not be read`, { cause });
    this.version = version;
  }
}

/** Answers whether the work is still wanted. */
type Report = (progress: { share: number; remainingMs: number | null }) => Promise<boolean>;

/** Tells how far the work is, keeps its lease and hears whether it is still wanted. */
class Pace {
  readonly #report: Report;
  readonly #startedAt = performance.now();
  #toldAt = -Infinity;
  #done = 0;
  total = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  async advance(bytes: number): Promise<void> {
    this.#done += bytes;
    const now = performance.now();
    if (now - this.#toldAt < REPORT_MS) return;
    this.#toldAt = now;
    const share = this.total === 0 ? 0 : Math.min(1, this.#done / this.total);
    const remainingMs = share < 0.02 ? null : Math.round(((now - this.#startedAt) / share) * (1 - share));
    if (!(await this.#report({ share, remainingMs }))) throw new StoppedError();
  }
}

/** The runs whose words were changed. */
function runsAmong(changed: readonly ErasedDescription[]): string[] {
  return changed.flatMap(({ target }) => (target.startsWith('run:') ? [target.slice('run:'.length)] : []));
}

/** Builds the work. */
export function createErasureWork(parts: ErasureWorkParts): ErasureWork {
  const { database, store, versions, texts, unversioned, deletion, certificates, audit, storage, sealer } = parts;
  const { runs, copiesOf, tokenizersOf, uploadedTokenizers, descriptions } = parts;
  const underWay = new Map<string, Promise<void>>();
  let isClosing = false;

  const open = (version: VersionWithDataset) => async () => (await storage.open(version.contentSha256)).stream;

  async function* itemsOf(version: VersionWithDataset): ReturnType<typeof readItems> {
    try {
      yield* readItems(await open(version)());
    } catch (error) {
      throw new UnreadableError(version, error);
    }
  }

  function paceOf(row: ErasureRow): Pace {
    return new Pace(async (progress) => {
      if (isClosing) return false;
      const leaseExpiresAt = new Date(Date.now() + LEASE_MS);
      return store.move(database, row.id, [row.state as 'scanning' | 'erasing'], { progress, leaseExpiresAt });
    });
  }

  async function search(row: ErasureRow, matcher: IdentifierMatcher, pace: Pace): Promise<void> {
    const waiting = await store.unsearched(row.id, row.projectId);
    pace.total += waiting.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0);
    for (const { id } of waiting) {
      const version = await versions.find(id);
      if (version === null || version.deletedAt !== null) continue;
      let found = 0;
      let renamed = 0;
      const samples: string[] = [];
      for await (const { item, line } of itemsOf(version)) {
        await pace.advance(line.length + 1);
        if (!matcher.inItem(item)) {
          if (withoutNamesOf(item, matcher.inText) !== item) renamed++;
          continue;
        }
        found++;
        if (samples.length < MAX_ERASURE_SAMPLES) samples.push(maskedText(item.text));
      }
      await store.keepSearched({ erasureId: row.id, datasetVersionId: id, found, renamed, samples });
    }
  }

  async function rewrite(row: ErasureRow, version: VersionWithDataset, matcher: IdentifierMatcher): Promise<void> {
    const without = (item: DatasetItem) => (matcher.inItem(item) ? null : withoutNamesOf(item, matcher.inText));
    const rewritten = await rewriteVersion(version, open(version), without, storage).catch((error: unknown) => {
      throw new UnreadableError(version, error);
    });
    await database.$transaction(async (transaction) => {
      const locked = await versions.lock(transaction, version.id);
      if (locked === null || locked.deletedAt !== null || locked.holdAt !== null) return;
      const { projectId, dataset, contentSha256, keptUntil } = locked;
      const at = new Date();
      const { key, name } = dataset;
      const successor =
        rewritten.version === null
          ? null
          : await versions.add(transaction, projectId, { key, name: name as object }, rewritten.version);
      if (successor?.isNew) await versions.change(transaction, successor.row.id, { keptUntil });
      await deletion.giveUp(transaction, locked, { kind: 'erasure', certificateId: null, at });
      const successorId = successor?.row.id ?? null;
      const edge = { erasureId: row.id, datasetVersionId: version.id };
      await store.markErased(transaction, edge, { erasedAt: at, successorId });
      await audit.record(transaction, {
        actor: row.confirmedBy ?? row.requestedBy,
        action: 'dataset-version.erased',
        target: `dataset-version:${version.id}`,
        projectId,
        details: {
          erasureId: row.id,
          items: rewritten.removed,
          renamedItems: rewritten.changed,
          contentSha256,
          successorId,
          successorSha256: rewritten.version?.contentSha256 ?? null,
        },
      });
    });
    await deletion.removeFiles();
  }

  async function erase(row: ErasureRow, matcher: IdentifierMatcher, pace: Pace): Promise<void> {
    const actor = row.confirmedBy ?? row.requestedBy;
    // Versions may have come since the preview, also while this goes on; each round leaves fewer.
    for (let round = 0; ; round++) {
      await unversioned.destroy(row.projectId, { id: row.id, actor });
      await search(row, matcher, pace);
      const found = await store.searched(row.id);
      const left = found.filter(
        ({ found: items, renamed, erasedAt, datasetVersion }) =>
          items + renamed > 0 &&
          erasedAt === null &&
          datasetVersion.deletedAt === null &&
          datasetVersion.holdAt === null,
      );
      if (left.length === 0) break;
      for (const { datasetVersion } of left) {
        await pace.advance(0);
        await rewrite(row, datasetVersion, matcher);
      }
      if (round > 100) throw new Error(`erasure ${row.id} finds new versions again and again`);
    }
    await uploadedTokenizers.eraseMeant(row.projectId, matcher.inText, { id: row.id, actor });
    await deletion.removeFiles();
    const searched = await store.searched(row.id);
    const erased = searched.filter(({ erasedAt }) => erasedAt !== null).map(({ datasetVersionId }) => datasetVersionId);
    await runs.stopOn(erased, { actor, error: RUN_STOPPED, details: { erasureId: row.id } });
    await unversioned.stopEvaluations(row.projectId, erased, { id: row.id, actor });
    const predictions = await texts.predictionsOn(erased);
    for (const { id, sha256 } of predictions) {
      await texts.markErased(id, new Date());
      await deletion.removeContent(sha256);
    }
    const { runIds, ...repeated } = await texts.visit(row.projectId, matcher.inText, true);
    await descriptions.erase(row.projectId, matcher.inText, { id: row.id, actor });
    const changed = await descriptions.erasedBy(row.projectId, row.id);
    // Whoever has such a run open reads it anew.
    await runs.announceRewritten(new Set([...runIds, ...runsAmong(changed)]));
    // The certificate must not repeat a name that was replaced.
    const named = await store.searched(row.id);
    const ended = await unversioned.destroyedBy(row.projectId, row.id);
    const uploads = await uploadedTokenizers.erasedBy(row.projectId, row.id);
    const tokenizers = [...(await tokenizersOf(database, erased)), ...uploads];
    const found = {
      ...{ ...repeated, predictions: predictions.length, ...ended, tokenizers: tokenizers.length },
      descriptions: changed.length,
    };
    const trained = await texts.runsTrainedOn(
      row.projectId,
      erased,
      uploads.map(({ id }) => id),
    );
    const kept = await parts.frozen.naming(row.projectId, matcher.inText);
    const models = await parts.modelFiles.naming(row.projectId, matcher.inText, changed);
    const finishedAt = new Date();
    const copies = await copiesOf({
      ...{ projectId: row.projectId, versionIds: erased, includesJobs: true, at: finishedAt },
    });
    await database.$transaction(async (transaction) => {
      const content = certificateContent({
        ...{
          row,
          searched: named,
          texts: found,
          runs: trained,
          tokenizers,
          copies,
          descriptions: changed,
          kept,
          models,
        },
        finishedAt,
      });
      const certificate = await certificates.issue(transaction, {
        ...{ projectId: row.projectId, kind: 'erasure', content, at: finishedAt },
      });
      for (const id of erased) await versions.change(transaction, id, { certificateId: certificate.id });
      const change = { state: 'finished', sealed: null, leaseExpiresAt: null, finishedAt, texts: found };
      const done = { ...change, certificateId: certificate.id, progress: { share: 1, remainingMs: 0 } };
      if (!(await store.move(transaction, row.id, ['erasing'], done))) throw new StoppedError();
      await store.forgetSamples(transaction, row.id);
      await audit.record(transaction, {
        actor,
        action: 'erasure.finished',
        target: `erasure:${row.id}`,
        projectId: row.projectId,
        details: { versions: erased.length, certificateId: certificate.id, certificateSha256: certificate.sha256 },
      });
    });
  }

  async function work(erasureId: string): Promise<void> {
    const now = new Date();
    if (isClosing || !(await store.lease(erasureId, now, new Date(now.getTime() + LEASE_MS)))) return;
    const row = await store.find(erasureId);
    if (row === null || row.sealed === null) return;
    const matcher = identifierMatcher(JSON.parse(sealer.open(row.sealed)) as Identifier[]);
    const pace = paceOf(row);
    try {
      if (row.state === 'erasing') return await erase(row, matcher, pace);
      await search(row, matcher, pace);
      const { runIds: _, ...repeated } = await texts.visit(row.projectId, matcher.inText, false);
      const held = (await store.searched(row.id)).filter(
        ({ found: items, renamed, datasetVersion }) => items + renamed > 0 && datasetVersion.holdAt === null,
      );
      const doomed = held.map(({ datasetVersionId }) => datasetVersionId);
      const tokenizers = await tokenizersOf(database, doomed);
      const counted = await unversioned.count(row.projectId);
      const uploads = await uploadedTokenizers.countMeant(row.projectId, matcher.inText);
      const openRuns = await runs.countOpenOn(doomed);
      const evaluations = await unversioned.countEvaluations(row.projectId, doomed);
      const described = await descriptions.count(row.projectId, matcher.inText);
      const found = {
        ...{ ...repeated, predictions: 0, ...counted, tokenizers: tokenizers.length + uploads },
        ...{ runs: openRuns, evaluations, descriptions: described },
      };
      const change = { state: 'ready', leaseExpiresAt: null, progress: { share: 1, remainingMs: 0 }, texts: found };
      await store.move(database, erasureId, ['scanning'], change);
    } catch (error) {
      if (error instanceof StoppedError) return;
      parts.onError(error);
      const unreadable = error instanceof UnreadableError ? error.version : null;
      const problem = { datasetName: unreadable?.dataset.name ?? null, version: unreadable?.version ?? null };
      await store.move(database, erasureId, ['scanning', 'erasing'], {
        state: 'failed',
        leaseExpiresAt: null,
        problem,
      });
    }
  }

  function begin(erasureId: string): void {
    if (underWay.has(erasureId)) return;
    const running = work(erasureId)
      .catch(parts.onError)
      .finally(() => underWay.delete(erasureId));
    underWay.set(erasureId, running);
  }

  return {
    begin,
    async resume(now) {
      await store.limit(new Date(now.getTime() + 2 * LEASE_MS), new Date(now.getTime() + LEASE_MS));
      for (const id of await store.abandoned(now, ERASURES_A_ROUND)) begin(id);
    },
    async settled() {
      await Promise.all(underWay.values());
    },
    async close() {
      isClosing = true;
      await Promise.all(underWay.values());
    },
  };
}
