import { createHash } from 'node:crypto';
import {
  claimRun,
  postEvents,
  putArtifact,
  registerWorker,
  type ClaimedRun,
} from '@greenlight/shared/worker-protocol/contract.ts';
import type { RunEvent, RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { Caller, type Answer, type ErrorAnswer } from './caller.ts';
import { WORKER_TOKEN } from './installation.ts';

const DESCRIPTION = { version: '1', device: 'cpu', adapter: 'test', cores: 2, memoryBytes: 1_000_000 };
const AT = '2026-01-01T00:00:00.000Z';

/** Progress of a run of 30 steps at one of them. */
export function progressAt(step: number) {
  const times = { elapsedMs: step, remainingMs: null, remainingRange: null, tokensPerSecond: null, share: null };
  return { step, totalSteps: 30, epoch: 1, totalEpochs: 10, ...times };
}

/** An event with its number. */
export function event(sequence: number, payload: RunEventPayload): RunEvent {
  return { sequence, at: AT, payload };
}

/** An event with one point of the training loss. */
export function lossEvent(sequence: number, step: number, value: number | null): RunEvent {
  const points = [{ name: 'training/loss', step, epoch: step / 3, value, at: AT }];
  return event(sequence, { type: 'metrics', points, progress: progressAt(step) });
}

/** A log line as an event. */
export const logEvent = (sequence: number, message: string): RunEvent =>
  event(sequence, { type: 'log', level: 'info', message: { en: message } });

/** A worker that speaks the protocol to a server under test. */
export class TestWorker {
  readonly caller: Caller;
  readonly workerId: string;

  private constructor(caller: Caller, workerId: string) {
    this.caller = caller;
    this.workerId = workerId;
  }

  /** Registers under a name. */
  static async register(url: string, name = 'tester'): Promise<TestWorker> {
    const caller = new Caller(url).withToken(WORKER_TOKEN);
    const { workerId } = await caller.call(registerWorker, { body: { name, ...DESCRIPTION } });
    return new TestWorker(caller, workerId);
  }

  /** Claims the next run, or null where none waits. */
  async claim(waitSeconds = 0): Promise<ClaimedRun | null> {
    const { run } = await this.caller.call(claimRun, { body: { workerId: this.workerId, waitSeconds } });
    return run;
  }

  /** Claims a run that must be there. */
  async mustClaim(): Promise<ClaimedRun> {
    const run = await this.claim(5);
    if (run === null) throw new Error('no run waits');
    return run;
  }

  /** Reports events, whatever comes back. */
  report(run: ClaimedRun, events: readonly RunEvent[]): Promise<Answer<ErrorAnswer>> {
    return this.caller.ask(postEvents, { params: { runId: run.runId }, body: { lease: run.lease, events } });
  }

  /** Reports events that must be accepted. */
  mustReport(run: ClaimedRun, events: readonly RunEvent[]) {
    return this.caller.call(postEvents, { params: { runId: run.runId }, body: { lease: run.lease, events } });
  }

  /** Uploads content; `announced` overrides what is said about it. */
  upload(run: ClaimedRun, name: string, content: Uint8Array, announced: Record<string, string> = {}) {
    const query = {
      lease: run.lease,
      kind: 'checkpoint',
      sha256: createHash('sha256').update(content).digest('hex'),
      sizeBytes: String(content.length),
      step: '3',
      ...announced,
    };
    const headers = { 'content-type': 'application/octet-stream' };
    return this.caller.ask(putArtifact, { params: { runId: run.runId, name }, query, body: content, headers });
  }
}
