import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BEST_CHECKPOINT } from '@greenlight/shared/worker-protocol/contract.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { TINY_TEXTS, tinyConfiguration } from '../test-support/tiny-run.ts';
import { startWorker, type WorkerProcess } from '../test-support/worker-process.ts';

/** Learns until it has learned too much, and goes on for long enough after its best checkpoint to be interrupted. */
const CONFIGURATION = tinyConfiguration({
  ...{ epochs: 10_000, learningRate: 0.02, evaluateEverySteps: 4, checkpointEverySteps: 4 },
  ...{ earlyStoppingPatience: 100, samplePrompts: [] },
});

let folder: string;
const servers: ProtocolServer[] = [];
const workers: WorkerProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-best-'));
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
});

async function serve(): Promise<ProtocolServer> {
  const dataset = { train: TINY_TEXTS, validation: ['abcdefgh'], test: ['hgfedcba'] };
  const server = new ProtocolServer({ configuration: CONFIGURATION, dataset });
  servers.push(server);
  await server.listen();
  return server;
}

function work({ address }: ProtocolServer, name: string): WorkerProcess {
  const worker = startWorker(address, join(folder, name));
  workers.push(worker);
  return worker;
}

const types = ({ events }: ProtocolServer) => events.map(({ payload }) => payload.type);
const isEnded = (server: ProtocolServer) => types(server).some((type) => type === 'finished' || type === 'failed');

/** What a run left that must not depend on interruptions. */
function leftBy(server: ProtocolServer) {
  const { elapsedMs: _duration, samples, ...measured } = server.evaluations[0]!;
  const written = samples.map(({ at: _at, ...sample }) => sample);
  const series = ['training/loss', 'training/gradient-norm', 'validation/loss'].map((name) => server.points(name));
  return { measured, written, series };
}

/** The same run when nothing interrupts it, trained once. */
let reference: Promise<ReturnType<typeof leftBy>> | undefined;

async function uninterrupted(): Promise<ReturnType<typeof leftBy>> {
  const server = await serve();
  work(server, 'reference');
  await server.until(() => isEnded(server));
  return leftBy(server);
}

test.each([
  ['the newest checkpoint, which names another as the best', false],
  ['the best one itself, where the newest had not come', true],
])('another machine goes on from %s, and stops early where the first would have', async (_name, isCut) => {
  const undisturbed = await (reference ??= uninterrupted());
  const server = await serve();
  const first = work(server, 'first');
  const stepOf = (kind: string) => server.artifacts.findLast((artifact) => artifact.kind === kind)?.step ?? 0;
  const best = undisturbed.measured.checkpointStep;
  // The newest checkpoint names the one before that the run will end with.
  const isBehind = () => stepOf(BEST_CHECKPOINT) === best && stepOf('checkpoint') > best;
  await server.until(() => isBehind() || isEnded(server));
  await first.end('SIGKILL');
  expect(isEnded(server)).toBe(false);
  expect(server.artifacts.filter(({ kind }) => kind === BEST_CHECKPOINT)).toHaveLength(1);
  await rm(join(folder, 'first'), { recursive: true });
  if (isCut) {
    const kept = server.artifacts.filter(({ kind, step }) => kind !== 'checkpoint' || (step ?? 0) < best);
    server.artifacts.splice(0, server.artifacts.length, ...kept);
  }
  server.attempt++;
  server.isClaimable = true;
  work(server, 'second');
  await server.until(() => isEnded(server));

  expect(server.events.at(-1)?.payload).toEqual({ type: 'finished', reason: 'early-stopping' });
  expect(leftBy(server)).toEqual(undisturbed);
  const log = server.events.flatMap(({ payload }) => (payload.type === 'log' ? [payload.message.en ?? ''] : []));
  expect(log.filter((line) => line.includes('is not on this machine'))).toEqual([]);
  // What was measured is there under a name of its own, whichever machine made it.
  expect(server.artifacts.some(({ kind, step }) => kind === 'checkpoint' && step === best)).toBe(true);
});
