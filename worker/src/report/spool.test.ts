import { appendFile, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Spool, SpoolFullError } from './spool.ts';

const AT = '2026-01-01T00:00:00.000Z';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-spool-'));
  path = join(folder, 'run', 'events.jsonl');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (message: string): RunEventPayload => ({ type: 'log', level: 'info', message: { en: message } });
const sequences = (spool: Spool) => spool.batch(1000, 1e9).map(({ sequence }) => sequence);
const messages = (spool: Spool) =>
  spool.batch(1000, 1e9).map(({ payload }) => (payload.type === 'log' ? payload.message.en : payload.type));

/** A spool with `count` events on disk, left as a killed process leaves it. */
async function abandoned(count: number, attempt = 1): Promise<void> {
  const spool = await Spool.open(path, { attempt, lastSequence: 0 });
  for (let index = 1; index <= count; index++) spool.append(line(`event ${index}`), AT);
  await spool.flush();
  await spool.close();
}

test('events are numbered after the last one that the server has, and sent only when they are on disk', async () => {
  const spool = await Spool.open(path, { attempt: 1, lastSequence: 41 });
  spool.append(line('a'), AT);
  spool.append(line('b'), AT);
  expect(sequences(spool)).toEqual([]);
  await spool.flush();
  expect(sequences(spool)).toEqual([42, 43]);
  expect(await readFile(path, 'utf8')).toMatch(/"sequence":42.*\n.*"sequence":43.*\n$/);
  await spool.close();
});

test('the next attempt takes over what was not acknowledged', async () => {
  await abandoned(5);
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 3 });
  expect(messages(spool)).toEqual(['event 4', 'event 5']);
  spool.append(line('event 6'), AT);
  await spool.flush();
  expect(sequences(spool)).toEqual([4, 5, 6]);
  expect(spool.discardedEvents).toBe(0);
  await spool.close();
});

test('after an attempt in between, unacknowledged events are given up and counted', async () => {
  await abandoned(5, 1);
  const spool = await Spool.open(path, { attempt: 3, lastSequence: 3 });
  expect(sequences(spool)).toEqual([]);
  expect(spool.discardedEvents).toBe(2);
  await spool.close();
});

test.each([
  ['a line that was cut off', '{"sequence":6,"at":"2026-01-01T00:0'],
  ['zeros that the system left after a crash', '\u0000\u0000\u0000\u0000\n'],
  ['a line that is no event', '{"sequence":"six"}\n'],
])('%s at the end is ignored, and its number is given again', async (_, tail) => {
  await abandoned(5);
  await appendFile(path, tail);
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 0 });
  expect(sequences(spool)).toEqual([1, 2, 3, 4, 5]);
  spool.append(line('again'), AT);
  await spool.flush();
  expect(messages(spool).at(-1)).toBe('again');
  expect(sequences(spool).at(-1)).toBe(6);
  await spool.close();
});

test('a file without a readable beginning counts as empty', async () => {
  await abandoned(1);
  await writeFile(path, '');
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 7 });
  expect(spool.lastSequence).toBe(7);
  expect(spool.isEmpty).toBe(true);
  await spool.close();
});

test('acknowledged events leave, and a file of acknowledged events is made small again', async () => {
  const spool = await Spool.open(path, { attempt: 1, lastSequence: 0 });
  const long = 'x'.repeat(3900);
  let largestBytes = 0;
  for (let round = 0; round < 12; round++) {
    for (let index = 0; index < 200; index++) spool.append(line(long), AT);
    await spool.flush();
    spool.acknowledge(spool.lastSequence);
    largestBytes = Math.max(largestBytes, (await stat(path)).size);
  }
  expect(spool.isEmpty).toBe(true);
  expect(largestBytes).toBeLessThan(6 * 1024 * 1024);
  expect(12 * 200 * long.length).toBeGreaterThan(largestBytes);
  await spool.close();
});

test('batches respect both limits and always move on', async () => {
  await abandoned(10);
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 0 });
  expect(spool.batch(4, 1e9)).toHaveLength(4);
  expect(spool.batch(1000, 1)).toHaveLength(1);
  spool.acknowledge(9);
  expect(sequences(spool)).toEqual([10]);
  await spool.close();
});

test('a gap is closed by dropping what the server has, or by renumbering what it lacks', async () => {
  await abandoned(5);
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 0 });
  await spool.resumeFrom(3);
  expect(messages(spool)).toEqual(['event 3', 'event 4', 'event 5']);
  await spool.resumeFrom(1);
  expect(messages(spool)).toEqual(['event 3', 'event 4', 'event 5']);
  expect(sequences(spool)).toEqual([1, 2, 3]);
  await spool.close();
  const again = await Spool.open(path, { attempt: 2, lastSequence: 0 });
  expect(sequences(again)).toEqual([1, 2, 3]);
  await again.close();
});

test('a full spool refuses events with a clear error, except the one that ends the run', async () => {
  const spool = await Spool.open(path, { attempt: 1, lastSequence: 0, limitBytes: 2000 });
  const fill = () => {
    for (let index = 0; index < 100; index++) spool.append(line(`event ${index}`), AT);
  };
  expect(fill).toThrow(SpoolFullError);
  const taken = spool.lastSequence;
  expect(taken).toBeGreaterThan(5);
  spool.append({ type: 'cancelled' }, AT);
  await spool.flush();
  expect(spool.holdsEnd).toBe(true);
  expect(sequences(spool)).toHaveLength(taken + 1);
  spool.acknowledge(taken);
  spool.append(line('room again'), AT);
  await spool.close();
});

test.skipIf(process.platform !== 'linux')(
  'without room for its file a spool keeps events in memory and what lay there on disk, until there is room (where there is /dev/full: Linux)',
  async () => {
    await abandoned(3);
    const before = await readFile(path, 'utf8');
    await symlink('/dev/full', `${path}.next`);
    const spool = await Spool.open(path, { attempt: 2, lastSequence: 1 });
    spool.append(line('the disk is full'), AT);
    await expect(spool.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(messages(spool)).toEqual(['event 2', 'event 3', 'the disk is full']);
    expect(await readFile(path, 'utf8')).toBe(before);
    await rm(`${path}.next`);
    spool.append(line('room again'), AT);
    await spool.flush();
    await spool.close();
    const next = await Spool.open(path, { attempt: 3, lastSequence: 1 });
    expect(messages(next)).toEqual(['event 2', 'event 3', 'the disk is full', 'room again']);
    expect(sequences(next)).toEqual([2, 3, 4, 5]);
    await next.close();
  },
);

test('discarding forgets every event and gives their numbers again', async () => {
  await abandoned(5);
  const spool = await Spool.open(path, { attempt: 2, lastSequence: 2 });
  await spool.discard();
  spool.append(line('first of a new history'), AT);
  await spool.flush();
  expect(sequences(spool)).toEqual([3]);
  await spool.close();
});
