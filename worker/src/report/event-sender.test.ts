import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { ServerClient } from './client.ts';
import { EventSender } from './event-sender.ts';
import { Spool } from './spool.ts';

let folder: string;
let server: ProtocolServer;
let over: AbortController;
let failures: Error[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-sender-'));
  server = new ProtocolServer({
    configuration: tinyConfiguration(),
    dataset: { train: ['a'], validation: [], test: [] },
  });
  await server.listen();
  over = new AbortController();
  failures = [];
});

afterEach(async () => {
  over.abort();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const line = (message: string): RunEventPayload => ({ type: 'log', level: 'info', message: { en: message } });
const messages = () => server.events.map(({ payload }) => (payload.type === 'log' ? payload.message.en : payload.type));

async function open(attempt = 1): Promise<{ spool: Spool; sender: EventSender }> {
  const spool = await Spool.open(join(folder, 'events.jsonl'), { attempt, lastSequence: server.events.length });
  const sender = new EventSender({
    client: new ServerClient({ serverUrl: server.address, token: 'a-token' }),
    spool,
    runId: server.runId,
    lease: 'a-lease-for-the-only-run',
    signal: over.signal,
    onCancelRequested: () => undefined,
    onFailure: (error) => failures.push(error),
  });
  return { spool, sender };
}

test('thousands of events arrive in order, in batches of at most 500', async () => {
  const { sender } = await open();
  const expected = Array.from({ length: 3000 }, (_, index) => `event ${index}`);
  for (const message of expected) sender.report(line(message));
  await sender.drain();
  expect(messages()).toEqual(expected);
  expect(server.largestBatch).toBeLessThanOrEqual(500);
  await sender.close();
});

test('what an earlier process left is sent without anything new', async () => {
  const first = await open();
  server.outage = 'hang-up';
  first.sender.report(line('left behind'));
  await first.sender.flush();
  over.abort();
  await first.sender.close();
  over = new AbortController();
  server.outage = null;
  const second = await open(2);
  await second.sender.drain();
  expect(messages()).toEqual(['left behind']);
  await second.sender.close();
});

test('a gap that the server reports is sent again from where it expects', async () => {
  const { sender } = await open();
  sender.report(line('one'));
  sender.report(line('two'));
  await sender.drain();
  // As after restoring a backup: the server has forgotten the second event.
  server.events.pop();
  sender.report(line('three'));
  await sender.drain();
  expect(messages()).toEqual(['one', 'three']);
  await sender.close();
});

test('a lost lease ends sending and is told once; waiting for the rest is refused', async () => {
  const { sender } = await open();
  server.outage = 'lease-lost';
  sender.report(line('too late'));
  await expect(sender.drain()).rejects.toThrow(/Reporting ended/);
  sender.report(line('later still'));
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ name: 'RefusedError', code: 'lease-lost' });
  await sender.close();
});

test('every event carries the moment that it was given', async () => {
  const { sender } = await open();
  sender.report(line('then'), '2026-01-02T03:04:05.678Z');
  await sender.drain();
  expect(server.events[0]?.at).toBe('2026-01-02T03:04:05.678Z');
  await sender.close();
});
