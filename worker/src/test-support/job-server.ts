import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { ERRORS } from '@greenlight/shared/api/error-codes.ts';
import type { JobProgress } from '@greenlight/shared/jobs/contract.ts';
import {
  claimedJob,
  endJob,
  jobHeartbeat,
  type ClaimedJob,
  type JobOutcome,
} from '@greenlight/shared/worker-protocol/jobs.ts';

const LEASE = 'a-lease-for-the-only-job';

/** The worker's side of the job protocol over real HTTP for one job, checked by the contract's own schemas. */
export class JobServer {
  readonly files = new Map<string, Buffer>();
  readonly progress: JobProgress[] = [];
  readonly outcome = Promise.withResolvers<JobOutcome>();
  cancelRequested = false;
  isLost = false;
  /** The code with which results are refused, as those with text that cannot be stored are, or too large ones, or those that come too late. */
  refusesResults: 'bad-request' | 'payload-too-large' | 'lease-lost' | null = null;
  /** The code with which inputs are refused, as those are that are damaged. */
  refusesInputs: 'content-damaged' | 'not-found' | null = null;
  /** So many uploads are refused for want of room. */
  refusals = 0;
  readonly job: ClaimedJob;
  readonly #inputs: ReadonlyMap<string, Buffer>;
  readonly #server: Server;

  constructor(kind: string, payload: unknown, inputs: Readonly<Record<string, Buffer>>) {
    this.#inputs = new Map(Object.entries(inputs));
    this.job = claimedJob.parse({
      jobId: randomUUID(),
      projectId: randomUUID(),
      lease: LEASE,
      leaseExpiresAt: new Date(Date.now() + 20_000).toISOString(),
      attempt: 1,
      kind,
      payload,
      inputs: Object.entries(inputs).map(([name, content]) => ({
        name,
        sha256: createHash('sha256').update(content).digest('hex'),
        sizeBytes: content.length,
      })),
    });
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** Starts to listen on a free port and returns the address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [last = '', group = ''] = url.pathname.split('/').toReversed();
    if (this.isLost) {
      const error = { code: 'lease-lost', message: ERRORS['lease-lost'].en };
      reply(response, { error }, ERRORS['lease-lost'].status);
    } else if (last === 'heartbeat') {
      const progress = jobHeartbeat.body?.parse(JSON.parse(body.toString())).progress ?? null;
      if (progress !== null) this.progress.push(progress);
      reply(response, { leaseExpiresAt: new Date().toISOString(), cancelRequested: this.cancelRequested });
    } else if (last === 'end') {
      const outcome = endJob.body?.parse(JSON.parse(body.toString())).outcome;
      const code = this.refusesResults;
      if (code !== null && outcome?.state === 'finished') {
        return reply(response, { error: { code, message: ERRORS[code].en } }, ERRORS[code].status);
      }
      if (outcome !== undefined) this.outcome.resolve(outcome);
      reply(response, { state: outcome?.state });
    } else if (group === 'inputs') {
      const code = this.refusesInputs;
      if (code === null) response.end(this.#inputs.get(last));
      else reply(response, { error: { code, message: ERRORS[code].en } }, ERRORS[code].status);
    } else if (this.refusals > 0) {
      // The next one is taken once the worker has said that it waits.
      if (this.progress.some(({ message }) => message?.en?.includes('no room'))) this.refusals--;
      const error = { code: 'storage-full', message: ERRORS['storage-full'].en };
      reply(response, { error }, ERRORS['storage-full'].status);
    } else {
      const sha256 = url.searchParams.get('sha256');
      if (createHash('sha256').update(body).digest('hex') !== sha256) throw new Error('another checksum');
      this.files.set(last, body);
      reply(response, { name: last, sha256, sizeBytes: body.length });
    }
  }
}

function reply(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
