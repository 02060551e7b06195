import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ERRORS, type ErrorCode } from '@greenlight/shared/api/error-codes.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { TextDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import {
  BEST_CHECKPOINT,
  claimedRun,
  postEvaluation,
  postEvents,
  putArtifact,
  type ClaimedRun,
} from '@greenlight/shared/worker-protocol/contract.ts';
import type { RunEvent } from '@greenlight/shared/worker-protocol/events.ts';

/** A file that a worker uploaded. */
export interface StoredArtifact {
  id: string;
  name: string;
  kind: string;
  step: number | null;
  sha256: string;
  content: Buffer;
}

/** What a run under test is made of. */
export interface TestRun {
  configuration: Partial<RunConfiguration>;
  dataset: TextDatasetContent;
  /** Classes of a classifier. */
  labels?: string[];
  /** What the items are labelled with besides. */
  tasks?: ClaimedRun['datasetVersion']['tasks'];
  /** The file of the tokenizer that was chosen; `null` says one that was deleted since. */
  tokenizer?: string | null;
}

const LEASE = 'a-lease-for-the-only-run';

/**
 * The worker's side of the protocol over real HTTP for one run, with the server's rules about sequence numbers, leases
 * and checksums kept in memory: what the worker sends is validated by the contract's own schemas.
 */
export class ProtocolServer {
  readonly events: RunEvent[] = [];
  readonly artifacts: StoredArtifact[] = [];
  readonly evaluations: EvaluationResult[] = [];
  readonly runId = randomUUID();
  cancelRequested = false;
  /** Answers every request with this instead of its own answer, as long as it is set. */
  outage: ErrorCode | 'hang-up' | null = null;
  /** Requests that arrived, claims among them, and the largest number of events in one of them. */
  requests = 0;
  claims = 0;
  largestBatch = 0;
  /** Has no room for files. */
  isFull = false;
  /** Answers evaluations as one that cannot be kept. */
  refusesEvaluations = false;
  attempt = 1;
  isClaimable = true;
  readonly #run: TestRun;
  readonly #server: Server;
  readonly #datasetText: string;
  #listeners: { done: () => boolean; resolve: () => void }[] = [];

  constructor(run: TestRun) {
    this.#run = run;
    this.#datasetText = JSON.stringify(run.dataset);
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Starts to listen on a free port and returns the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.address;
  }

  /** Where the server listens. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Waits until a condition on what arrived holds; it is looked at after each request. */
  async until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => this.#listeners.push({ done, resolve }));
  }

  /** What the next claim gives out. */
  claimed(): ClaimedRun {
    const newestOf = (...kinds: string[]) => {
      const found = this.artifacts.filter(({ kind }) => kinds.includes(kind));
      const [newest] = found.toSorted((a, b) => (b.step ?? 0) - (a.step ?? 0));
      return newest ? { artifactId: newest.id, step: newest.step ?? 0, sha256: newest.sha256 } : null;
    };
    const { validation, test } = this.#run.dataset;
    return claimedRun.parse({
      runId: this.runId,
      lease: LEASE,
      leaseExpiresAt: new Date(Date.now() + 20_000).toISOString(),
      attempt: this.attempt,
      configuration: runConfiguration.parse(this.#run.configuration),
      name: 'test run',
      datasetVersion: {
        id: randomUUID(),
        contentSha256: createHash('sha256').update(this.#datasetText).digest('hex'),
        sizeBytes: Buffer.byteLength(this.#datasetText),
        sameAsTraining: validation.length + test.length === 0,
        labels: this.#run.labels ?? [],
        tasks: this.#run.tasks ?? [],
      },
      lastSequence: this.events.length,
      tokenizer:
        this.#run.tokenizer === undefined
          ? null
          : {
              tokenizerId: randomUUID(),
              sha256: createHash('sha256')
                .update(this.#run.tokenizer ?? '')
                .digest('hex'),
            },
      startFrom: null,
      resumeFrom: newestOf('checkpoint', BEST_CHECKPOINT),
      best: newestOf(BEST_CHECKPOINT),
    });
  }

  /** Values of a metric by step, as the server would store them: the first value of a step counts. */
  points(name: string): Map<number, number | null> {
    const values = new Map<number, number | null>();
    for (const { payload } of this.events) {
      if (payload.type !== 'metrics') continue;
      for (const point of payload.points) {
        if (point.name === name && !values.has(point.step)) values.set(point.step, point.value);
      }
    }
    return values;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    // No job ever comes: the claim of one waits until the test closes the connection.
    if (request.url?.startsWith('/api/worker/jobs/') === true) return;
    if (request.url === '/api/worker/copies')
      return reply(response, { obsolete: { datasets: [], runs: [], jobs: [] } });
    this.requests++;
    const isClaim = request.url?.endsWith('/claim') === true;
    if (isClaim) this.claims++;
    if (this.outage === 'hang-up') response.destroy();
    // Whoever has lost a lease may still claim.
    else if (this.outage !== null && !(isClaim && this.outage === 'lease-lost')) refuse(response, this.outage);
    else this.#route(request, body, response);
    this.#listeners = this.#listeners.filter(({ done, resolve }) => {
      if (!done()) return true;
      resolve();
      return false;
    });
  }

  #route(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (): unknown => JSON.parse(body.toString());
    const last = url.pathname.split('/').at(-1) ?? '';
    if (last === 'register') reply(response, { workerId: randomUUID() });
    else if (last === 'claim') this.#claim(response);
    else if (last === 'heartbeat') {
      reply(response, {
        leaseExpiresAt: new Date(Date.now() + 20_000).toISOString(),
        cancelRequested: this.cancelRequested,
      });
    } else if (last === 'events') this.#takeEvents(response, json());
    else if (last === 'evaluations') this.#takeEvaluation(response, json());
    else if (url.pathname.includes('/dataset-versions/')) response.end(this.#datasetText);
    else if (url.pathname.includes('/tokenizers/')) {
      if (this.#run.tokenizer == null) refuse(response, 'tokenizer-deleted');
      else response.end(this.#run.tokenizer);
    } else if (request.method === 'PUT' && this.isFull) refuse(response, 'storage-full');
    else if (request.method === 'PUT') this.#takeArtifact(response, last, url.searchParams, body);
    else {
      const artifact = this.artifacts.find(({ id }) => url.pathname.includes(id));
      if (artifact) response.end(artifact.content);
      else refuse(response, 'not-found');
    }
  }

  #claim(response: ServerResponse): void {
    const run = this.isClaimable ? this.claimed() : null;
    this.isClaimable = false;
    if (run !== null) reply(response, { run });
    // A claim without work is a long poll; the test closes the connection.
  }

  #takeEvents(response: ServerResponse, json: unknown): void {
    const body = postEvents.body?.parse(json);
    this.largestBatch = Math.max(this.largestBatch, body?.events.length ?? 0);
    for (const event of body?.events ?? []) {
      if (event.sequence <= this.events.length) continue;
      if (event.sequence > this.events.length + 1) {
        refuse(response, 'sequence-gap', { expected: this.events.length + 1 });
        return;
      }
      this.events.push(event);
    }
    reply(response, { acknowledgedSequence: this.events.length, cancelRequested: this.cancelRequested });
  }

  #takeEvaluation(response: ServerResponse, json: unknown): void {
    const body = postEvaluation.body?.parse(json);
    if (this.refusesEvaluations) {
      refuse(response, 'bad-request', { fields: [{ field: 'result', message: 'unstorable text' }] });
      return;
    }
    if (body) this.evaluations.push(body.result);
    reply(response, { evaluationId: randomUUID() });
  }

  #takeArtifact(response: ServerResponse, name: string, search: URLSearchParams, content: Buffer): void {
    const query = putArtifact.query?.parse(Object.fromEntries(search));
    putArtifact.params?.parse({ runId: this.runId, name });
    if (!query || createHash('sha256').update(content).digest('hex') !== query.sha256) {
      refuse(response, 'checksum-mismatch');
      return;
    }
    const { kind, sha256, step = null } = query;
    const place = this.artifacts.findIndex((known) => known.name === name);
    const known = this.artifacts[place];
    const artifact = { id: known?.id ?? randomUUID(), name, kind, step, sha256, content };
    if (known === undefined) this.artifacts.push(artifact);
    else if (known.sha256 !== sha256) this.artifacts[place] = artifact;
    reply(response, { artifactId: artifact.id });
  }
}

function reply(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, code: ErrorCode, details?: unknown): void {
  const error = { code, message: ERRORS[code].en, details };
  response.writeHead(ERRORS[code].status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}
