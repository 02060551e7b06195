import { join } from 'node:path';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import { postEvaluation, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { taskHeadsOf } from '@greenlight/shared/stages/training/heads.ts';
import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { RefusedError, type ServerClient } from '../report/client.ts';
import { EventSender } from '../report/event-sender.ts';
import { isDiskFull } from '../report/full-disk.ts';
import { Spool, SpoolFullError } from '../report/spool.ts';
import { finalEvaluationLine, type Terminal } from '../report/terminal.ts';
import type { Copies } from './copies.ts';
import { keepLease } from './heartbeat.ts';
import { findResumePoint } from './resume-point.ts';
import { fetchDataset, fetchStart, fetchTokenizer } from './fetch-start.ts';
import { DISK_FULL, DISK_FULL_WAITING, runFailureOf, SERVER_FULL_WAITING, spoolFullOf } from './run-failure.ts';
import { RunMeter } from './run-meter.ts';
import { forgetRun, keptCheckpoint, runFolderOf } from './run-folder.ts';
import type { RunFailure, ThreadMessage, WrittenFile } from './thread-protocol.ts';
import { TrainingWorker, type ThreadEnd } from './training-worker.ts';
import { roomAgain } from './wait-for-room.ts';
import {
  CheckpointUploader,
  contentName,
  uploadArtifact,
  type HeldRun,
  type UploadPatience,
} from './upload-artifacts.ts';

const SHUTDOWN_DRAIN_MS = 2000;

/** A file that waits for room on the server is asked for again every few seconds; that is told once in so long. */
const SERVER_FULL_EVERY_MS = 10 * 60_000;

/** What work on a run needs of the process. */
export interface WorkContext {
  client: ServerClient;
  terminal: Terminal;
  workerFolder: string;
  copies: Copies;
  /** The process is asked to stop: the run is left with a checkpoint, to be gone on with. */
  shutdown: AbortSignal;
}

interface Evaluation {
  result: EvaluationResult;
  predictions: WrittenFile;
}

/** What the server said of a refusal beside its sentence, for whoever looks after the worker. */
function detailsOf(error: unknown): string {
  return error instanceof RefusedError && error.details !== undefined ? ` ${JSON.stringify(error.details)}` : '';
}

/** Works on one claimed run until it is finished, failed, cancelled, lost to another worker, or the process stops. */
export class RunWork {
  readonly #run: ClaimedRun;
  readonly #context: WorkContext;
  readonly #held: HeldRun;
  readonly #folder: string;
  /** Ends everything that is sent for the run: it is done, or no longer ours. */
  readonly #over = new AbortController();
  /** Ends waiting when somebody asks the run to stop. */
  readonly #stopped = new AbortController();
  /** Files are sent until the run is over, however long the server has no room for them. */
  readonly #patience: UploadPatience;
  #toldServerFullMs = -Infinity;
  readonly #spool: Spool;
  readonly #sender: EventSender;
  readonly #uploader: CheckpointUploader;
  readonly #meter: RunMeter;
  #thread: TrainingWorker | null = null;
  #stop: 'cancel' | 'shutdown' | null = null;
  /** Why the run is given up without a word to the server. */
  #lost: Error | null = null;
  #failure: RunFailure | null = null;
  #evaluation: Evaluation | null = null;
  #tokenizerUpload: Promise<unknown> = Promise.resolve();
  #lastLoss: number | null = null;
  #isTraining = false;
  #outcome = 'its end is reported';

  private constructor(run: ClaimedRun, context: WorkContext, folder: string, spool: Spool) {
    this.#run = run;
    this.#context = context;
    this.#held = { runId: run.runId, lease: run.lease };
    this.#folder = folder;
    this.#spool = spool;
    const signal = this.#over.signal;
    this.#patience = { signal, whenFull: { limitMs: Infinity, tell: () => this.#tellServerFull() } };
    this.#sender = new EventSender({
      client: context.client,
      spool,
      ...this.#held,
      signal,
      onCancelRequested: () => this.#requestStop('cancel'),
      onFailure: (error) => this.#onReportFailure(error),
    });
    const held = { ...this.#held, best: run.best };
    this.#uploader = new CheckpointUploader(context.client, held, this.#sender, this.#patience);
    const onUsage = (usage: RunUsage): void => {
      if (!signal.aborted) this.#sender.report({ type: 'usage', usage });
    };
    this.#meter = new RunMeter(onUsage, run.configuration.device !== 'cpu');
  }

  /** Takes a claimed run to its end. */
  static async perform(run: ClaimedRun, context: WorkContext): Promise<void> {
    const folder = runFolderOf(context.workerFolder, run.runId);
    const { attempt, lastSequence, datasetVersion } = run;
    const releases = [
      await context.copies.use('runs', run.runId),
      await context.copies.use('datasets', datasetVersion.contentSha256),
    ];
    try {
      const spool = await Spool.open(join(folder, 'events.jsonl'), { attempt, lastSequence });
      await new RunWork(run, context, folder, spool).#perform();
    } finally {
      for (const release of releases) release();
    }
  }

  async #perform(): Promise<void> {
    const { client, terminal, shutdown } = this.#context;
    const { runId, lease, name } = this.#run;
    const signal = this.#over.signal;
    const onShutdown = () => this.#requestStop('shutdown');
    shutdown.addEventListener('abort', onShutdown, { once: true });
    const beating = keepLease(client, runId, lease, signal, {
      onCancelRequested: () => this.#requestStop('cancel'),
      onLeaseLost: (error) => this.#giveUp(error),
    });
    try {
      // An earlier process may have ended the run and stopped before the server knew.
      if (!this.#spool.holdsEnd) this.#outcome = await this.#report(await this.#trainWithRoom());
      else await this.#sender.drain();
      terminal.line(`${name}: ${this.#outcome}`);
    } catch (error) {
      if (this.#lost === null && !shutdown.aborted) throw error;
      terminal.line(
        `${name}: given up here (${this.#lost === null ? 'the worker stops' : this.#lost.message + detailsOf(this.#lost)})`,
      );
    } finally {
      this.#over.abort();
      this.#meter.stop();
      shutdown.removeEventListener('abort', onShutdown);
      await this.#thread?.abandon();
      await beating;
      await this.#sender.close();
    }
    if (this.#lost === null && this.#stop !== 'shutdown') await forgetRun(this.#folder);
  }

  /** Trains; where the disk fills up, waits for room and goes on from the last whole checkpoint, as after a crash. */
  async #trainWithRoom(): Promise<ThreadEnd> {
    for (;;) {
      const end = await this.#train();
      const isFull = this.#failure === DISK_FULL || (end.type === 'failed' && end.failure.code === DISK_FULL.code);
      if (!isFull || this.#lost !== null) return end;
      this.#failure = null;
      this.#sender.report({ type: 'log', level: 'warning', message: DISK_FULL_WAITING });
      this.#context.terminal.line(`${this.#run.name}: ${inLanguage(DISK_FULL_WAITING, 'en')}`);
      await roomAgain(this.#folder, this.#sender, AbortSignal.any([this.#over.signal, this.#stopped.signal]));
      this.#over.signal.throwIfAborted();
      if (this.#stop !== null) return { type: 'gone' };
    }
  }

  /** Trains in a thread of its own; returns how that ended. */
  async #train(): Promise<ThreadEnd> {
    const { client, copies } = this.#context;
    const { datasetVersion, configuration } = this.#run;
    const signal = this.#over.signal;
    try {
      const datasetPath = await fetchDataset(client, this.#run, copies, signal);
      const trustLocal = this.#spool.discardedEvents === 0;
      const resume = await findResumePoint(client, this.#run, this.#folder, trustLocal, signal);
      if (resume.toUpload !== null) this.#uploader.offer(resume.toUpload);
      const startFrom = await fetchStart(client, this.#run, this.#folder, signal);
      const tokenizerPath = await fetchTokenizer(client, this.#run, this.#folder, signal);
      if (this.#stop !== null) return { type: 'gone' };
      const { sameAsTraining, labels, tasks } = datasetVersion;
      const task = {
        configuration,
        datasetPath,
        labels,
        heads: taskHeadsOf(configuration, tasks),
        startFrom,
        tokenizerPath,
        sameAsTraining,
        runFolder: this.#folder,
        checkpoints: resume.checkpoints,
        passedOver: resume.passedOver,
      };
      this.#thread = new TrainingWorker(task, (message) => this.#onMessage(message));
      this.#isTraining = true;
      return await this.#thread.ended;
    } catch (error) {
      signal.throwIfAborted();
      return { type: 'failed', failure: runFailureOf(error, this.#run.configuration), report: this.#say(error) };
    } finally {
      this.#isTraining = false;
    }
  }

  /** Prints where an error came from: its page says no more than that the worker's output has the cause. */
  #say(error: unknown): string {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#context.terminal.line(`${this.#run.name}: ${report}${detailsOf(error)}`);
    return report;
  }

  #onMessage(message: ThreadMessage): void {
    if (this.#over.signal.aborted) {
      // The thread must not wait for an answer that nobody gives any more.
      if (message.type === 'sync') this.#thread?.synced(message.token);
      return;
    }
    const { client, terminal } = this.#context;
    switch (message.type) {
      case 'event':
        this.#sender.report(message.payload, message.at);
        this.#show(message.payload);
        if (message.payload.type === 'started') this.#meter.started(message.payload.device.device);
        else if (message.payload.type === 'evaluating') this.#meter.evaluating();
        break;
      case 'sync':
        void this.#sender.flush().then(() => this.#thread?.synced(message.token));
        break;
      case 'timing':
        this.#meter.timed(message.timing);
        break;
      case 'tokenizer':
        this.#tokenizerUpload = uploadArtifact(
          client,
          this.#held,
          { name: 'tokenizer.json', kind: 'tokenizer' },
          message.file,
          this.#patience,
        );
        // Waited for at the end; until then nobody listens to its failure.
        this.#tokenizerUpload.catch(() => undefined);
        break;
      case 'checkpoint':
        this.#uploader.offer(message, message.isLast);
        break;
      case 'evaluation':
        this.#evaluation = message;
        this.#meter.evaluated();
        break;
      case 'failed':
        terminal.line(`${this.#run.name}: ${message.report}`);
        break;
      case 'trained':
      case 'ended':
        break;
    }
  }

  #show(payload: RunEventPayload): void {
    const { terminal } = this.#context;
    if (payload.type === 'metrics') {
      for (const point of payload.points) if (point.name === 'training/loss') this.#lastLoss = point.value;
    }
    if ('progress' in payload && payload.progress !== null) {
      terminal.progress(this.#run.name, payload.progress, this.#lastLoss);
    }
  }

  /** Tells the server how the run ended, waits until it knows, and returns it in words for the terminal. */
  async #report(end: ThreadEnd): Promise<string> {
    if (this.#lost !== null) throw this.#lost;
    if (this.#stop === 'shutdown' && this.#failure === null && end.type !== 'failed') {
      const deadline = AbortSignal.timeout(SHUTDOWN_DRAIN_MS);
      deadline.addEventListener('abort', () => this.#over.abort(), { once: true });
      await this.#sender.drain();
      return 'left with a checkpoint, goes on at the next start';
    }
    let failure = this.#failure ?? (end.type === 'failed' ? end.failure : null);
    try {
      await this.#tokenizerUpload;
      await this.#uploader.finish();
      await this.#meter.report();
      this.#meter.stop();
      if (failure !== null) this.#sender.report({ type: 'failed', error: failure });
      else if (this.#stop === 'cancel') this.#sender.report({ type: 'cancelled' });
      else if (end.type === 'ended') await this.#finish(end);
      else throw new Error('The training thread ended without a result.');
    } catch (error) {
      if (this.#over.signal.aborted) throw error;
      if (failure === null) this.#say(error);
      failure ??= runFailureOf(error, this.#run.configuration);
      this.#sender.report({ type: 'failed', error: failure });
    }
    await this.#sender.drain();
    if (failure !== null) return `failed (${failure.code}): ${inLanguage(failure.message, 'en')}`;
    if (this.#stop === 'cancel') return 'cancelled';
    return `finished · ${finalEvaluationLine(this.#meter.finalEvaluationMs, this.#meter.wallMs)}`;
  }

  async #finish(end: Extract<ThreadEnd, { type: 'ended' }>): Promise<void> {
    const evaluation = this.#evaluation;
    if (evaluation === null || end.reason === 'cancelled' || end.reason === 'shutdown') {
      throw new Error('The training thread ended without an evaluation.');
    }
    const { result, predictions } = evaluation;
    if (end.reason === 'early-stopping') await this.#uploadMeasured(result.checkpointStep);
    const { client } = this.#context;
    const { runId, lease } = this.#held;
    const signal = this.#over.signal;
    const name = contentName(`predictions-${result.checkpointStep}`, predictions.sha256, 'npz');
    const description = { name, kind: 'predictions', step: result.checkpointStep } as const;
    const predictionsArtifactId = await uploadArtifact(client, this.#held, description, predictions, this.#patience);
    const request = { params: { runId }, body: { lease, result, predictionsArtifactId } };
    const { evaluationId } = await client.call(postEvaluation, request, { signal });
    this.#sender.report({ type: 'evaluated', evaluationId });
    this.#sender.report({ type: 'finished', reason: end.reason });
  }

  /** Brings the checkpoint that was measured to the server: its newest one is another, and what is measured is what is served and exported. */
  async #uploadMeasured(step: number): Promise<void> {
    const measured = await keptCheckpoint(this.#folder, step);
    if (measured === null) return;
    const { file } = measured;
    const name = contentName(`checkpoint-${step}`, file.sha256, 'safetensors');
    const description = { name, kind: 'checkpoint', step } as const;
    const { client } = this.#context;
    const artifactId = await uploadArtifact(client, this.#held, description, file, this.#patience);
    this.#sender.report({ type: 'checkpoint', step, artifactId });
  }

  /** Says in the log, now and then, that files of the run wait for room on the server. */
  #tellServerFull(): void {
    if (performance.now() - this.#toldServerFullMs < SERVER_FULL_EVERY_MS) return;
    this.#toldServerFullMs = performance.now();
    this.#sender.report({ type: 'log', level: 'warning', message: SERVER_FULL_WAITING });
  }

  #requestStop(kind: 'cancel' | 'shutdown'): void {
    if (this.#stop === 'cancel') return;
    this.#stop = kind;
    this.#stopped.abort();
    if (this.#isTraining) this.#thread?.requestStop(kind);
    // Before and after the training there is only waiting for the server, which may be away for long.
    else if (kind === 'shutdown') this.#over.abort();
  }

  #onReportFailure(error: Error): void {
    if (error instanceof SpoolFullError) {
      this.#failure = spoolFullOf(error);
      void this.#thread?.abandon();
      return;
    }
    if (isDiskFull(error)) {
      this.#failure = DISK_FULL;
      void this.#thread?.abandon();
      return;
    }
    this.#giveUp(error);
  }

  /** Stops at once and leaves the run alone: it belongs to another worker, or cannot be reported on. */
  #giveUp(error: Error): void {
    if (this.#lost !== null || this.#over.signal.aborted) return;
    this.#lost = error;
    this.#over.abort();
    void this.#thread?.abandon();
  }
}
