import { streamRunEvents } from '@greenlight/shared/stages/training/contract.ts';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import type { ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { cancelRun } from '@greenlight/shared/stages/training/contract.ts';
import { createToken, getSession, revokeToken, signOut } from '@greenlight/shared/across/governance/contract.ts';
import { removeMember } from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { EventReader } from '../../testing/event-reader.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { event, logEvent, lossEvent, TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let run: ClaimedRun;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  await worker.mustClaim();
});
beforeEach(async () => {
  await queueRun(admin, await seededProject(admin));
  run = await worker.mustClaim();
});
afterAll(() => installation.close());

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const losses = (last: number, first = 1) =>
  upTo(last, first).map((sequence) => lossEvent(sequence, sequence, sequence));

function read(after?: number, headers: Record<string, string> = {}, url = installation.url): Promise<EventReader> {
  const path = pathOf(streamRunEvents.path, { runId: run.runId });
  const query = after === undefined ? '' : `?after=${after}`;
  return EventReader.open(`${url}${path}${query}`, { ...admin.headers, ...headers });
}

test('a stream begins with everything so far and goes on live', async () => {
  await worker.mustReport(run, losses(3));
  const reader = await read();
  await reader.until(({ ids }) => ids.length === 3);
  await worker.mustReport(run, losses(5, 4));
  await reader.until(({ ids }) => ids.length === 5);
  expect(reader.ids).toEqual([1, 2, 3, 4, 5]);
  expect(reader.frames[0]).toMatchObject({ event: 'run-event', data: { sequence: 1, payload: { type: 'metrics' } } });
  reader.close();
});

test('a reader that comes back goes on after the last event it saw', async () => {
  await worker.mustReport(run, losses(10));
  const byHeader = await read(undefined, { 'last-event-id': '7' });
  await byHeader.until(({ ids }) => ids.length === 3);
  const byQuery = await read(8);
  await byQuery.until(({ ids }) => ids.length === 2);
  const headerFirst = await read(2, { 'last-event-id': '9' });
  await headerFirst.until(({ ids }) => ids.length === 1);
  expect([byHeader.ids, byQuery.ids, headerFirst.ids]).toEqual([[8, 9, 10], [9, 10], [10]]);
  for (const reader of [byHeader, byQuery, headerFirst]) reader.close();
});

test('readers that join while events arrive see each one once, in order', async () => {
  const readers: EventReader[] = [];
  const total = 600;
  for (let sequence = 1; sequence <= total; sequence += 20) {
    const [reader] = await Promise.all([read(0), worker.mustReport(run, losses(sequence + 19, sequence))]);
    if (sequence % 100 === 1) readers.push(reader);
    else reader.close();
  }
  for (const reader of readers) {
    await reader.until(({ ids }) => ids.length >= total);
    expect(reader.ids).toEqual(upTo(total));
    reader.close();
  }
});

test('a server that restarts in mid-stream loses and doubles nothing for a reader that comes back', async () => {
  await worker.mustReport(run, losses(50));
  const before = await read();
  await before.until(({ ids }) => ids.length >= 20);
  await installation.restart();
  await before.until(({ isClosed }) => isClosed);
  expect(before.isClosed).toBe(true);
  await worker.mustReport(run, losses(60, 51));
  const after = await read(undefined, { 'last-event-id': String(before.ids.at(-1)) });
  await after.until(({ ids }) => ids.at(-1) === 60);
  expect([...before.ids, ...after.ids]).toEqual(upTo(60));
  after.close();
});

test('what one server takes in, the readers of another see', async () => {
  const second = await installation.startSecond();
  const { PORT } = installation.environment;
  const port = (second.app.server.address() as { port: number }).port;
  expect(port).not.toBe(PORT);
  const reader = await read(0, {}, `http://127.0.0.1:${port}`);
  await worker.mustReport(run, losses(2));
  await reader.until(({ ids }) => ids.length === 2);
  expect(reader.ids).toEqual([1, 2]);
  await admin.call(cancelRun, { params: { runId: run.runId } });
  await reader.until(({ frames }) => frames.some((frame) => frame.event === 'run-changed'));
  await second.close();
  await reader.until(({ isClosed }) => isClosed);
  expect(reader.isClosed).toBe(true);
});

test('a change that no worker reports is announced without a number', async () => {
  const reader = await read();
  await admin.call(cancelRun, { params: { runId: run.runId } });
  await reader.until(({ frames }) => frames.length > 0);
  expect(reader.frames[0]).toEqual({ id: undefined, event: 'run-changed', data: { type: 'run-changed' } });
  reader.close();
});

test('a reader that takes nothing makes nobody else wait, and gets everything when it reads again', async () => {
  const slow = await read();
  slow.pause();
  const text = 'x'.repeat(4000);
  const quick = await read();
  for (let sequence = 1; sequence <= 3000; sequence += 500) {
    await worker.mustReport(
      run,
      upTo(sequence + 499, sequence).map((number) => logEvent(number, text)),
    );
  }
  await quick.until(({ ids }) => ids.length === 3000);
  slow.resume();
  await slow.until(({ ids }) => ids.length === 3000);
  expect(slow.ids).toEqual(upTo(3000));
  expect(quick.ids).toEqual(upTo(3000));
  slow.close();
  quick.close();
});

test('the end of a run is an event like any other', async () => {
  const reader = await read();
  await worker.mustReport(run, [event(1, { type: 'finished', reason: 'completed' })]);
  await reader.until(({ ids }) => ids.length === 1);
  expect(reader.frames.find(({ id }) => id === 1)?.data).toMatchObject({ payload: { type: 'finished' } });
  reader.close();
});

describe('a stream that is open ends, and tells nothing more, a second after', () => {
  const ends: Record<string, (person: Caller, userId: string, projectId: string) => Promise<unknown>> = {
    'leaving the project': (_person, userId, projectId) => admin.ask(removeMember, { params: { projectId, userId } }),
    'signing out': (person) => person.ask(signOut),
    'the end of the account': (_person, userId) =>
      admin.ask(changePerson, { params: { userId }, body: { isActive: false } }),
  };

  /** Lets a second pass for the server, which runs in this process. */
  function passSecond(): void {
    const now = performance.now.bind(performance);
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 1_000);
    onTestFinished(() => clock.mockRestore());
  }

  async function expectEnd(reader: EventReader, act: () => Promise<unknown>): Promise<void> {
    await worker.mustReport(run, losses(1));
    await reader.until(({ ids }) => ids.length === 1);
    await act();
    passSecond();
    await worker.mustReport(run, losses(2, 2));
    await reader.until(({ isClosed, ids }) => isClosed || ids.length > 1);
    expect([reader.isClosed, reader.ids]).toEqual([true, [1]]);
  }

  test.each(Object.entries(ends))('%s', async (title, act) => {
    const { projectId } = await seededProject(admin);
    const email = `${title.replaceAll(' ', '-')}@example.com`;
    const person = await addPerson(installation, email, { projectId, roles: ['viewer'] });
    const userId = (await person.call(getSession)).account.id;
    await expectEnd(await read(0, person.headers), async () => {
      expect(await act(person, userId, projectId)).toMatchObject({ status: 200 });
    });
  });

  test('the revocation of its token', async () => {
    const { token, summary } = await admin.call(createToken, { body: { name: 'reader', scopes: ['read'] } });
    const path = pathOf(streamRunEvents.path, { runId: run.runId });
    const reader = await EventReader.open(installation.url + path, { authorization: `Bearer ${token}` });
    await expectEnd(reader, () => admin.call(revokeToken, { params: { tokenId: summary.id } }));
  });
});
