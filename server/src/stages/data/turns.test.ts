import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns, Sender } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A sender whose bytes come when the test says so. */
function sender() {
  const stream = new Readable({ read: () => undefined });
  stream.on('error', () => undefined);
  return { stream, sender: new Sender(stream) };
}

async function taken(from: Sender): Promise<number> {
  let bytes = 0;
  for await (const block of from.blocks()) bytes += block.length;
  return bytes;
}

const LARGE = Buffer.alloc(100_000);

test('who sends the same waits while the first still brings bytes, however long that takes', async () => {
  const turns = createTurns();
  const [one, two] = [sender(), sender()];
  const first = turns.take('a', one.sender, () => taken(one.sender));
  const began = vi.fn<() => Promise<number>>(() => taken(two.sender));
  const second = turns.take('a', two.sender, began);
  for (let minute = 0; minute < 12; minute++) {
    one.stream.push(LARGE);
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(began).not.toHaveBeenCalled();
  one.stream.push(null);
  expect(await first).toBe(12 * LARGE.length);
  two.stream.push(null);
  expect(await second).toBe(0);
});

test('a sender that stands still, or nearly, is broken off for the next one, and one that only waits is not', async () => {
  const turns = createTurns();
  const [one, two, three] = [sender(), sender(), sender()];
  const first = turns.take('a', one.sender, () => taken(one.sender));
  const refusal = first.catch((error: unknown) => error);
  const second = turns.take('a', two.sender, () => taken(two.sender));
  const third = turns.take('a', three.sender, () => taken(three.sender));
  one.stream.push(LARGE);
  await vi.advanceTimersByTimeAsync(5_000);
  one.stream.push(Buffer.alloc(10));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await refusal).toMatchObject({ code: 'conflict' });
  two.stream.push(Buffer.alloc(7));
  two.stream.push(null);
  three.stream.push(null);
  expect(await Promise.all([second, third])).toEqual([7, 0]);
});

test('work without a sender breaks all of them off and comes after them', async () => {
  const turns = createTurns();
  const [one, two] = [sender(), sender()];
  const sent = [one, two].map(({ sender: from }) => turns.take('a', from, () => taken(from)));
  const refusals = Promise.all(sent.map((turn) => turn.catch((error: unknown) => error)));
  expect(await turns.take('a', null, () => Promise.resolve('removed'))).toBe('removed');
  expect(await refusals).toMatchObject([{ code: 'conflict' }, { code: 'conflict' }]);
  expect(await turns.take('b', null, () => Promise.resolve('other'))).toBe('other');
});

test('who is broken off while nothing has to be taken gets the answer, on a connection that stays open', async () => {
  const turns = createTurns();
  const { stream, sender: from } = sender();
  const known = turns.take('a', from, () => Promise.resolve('known'));
  const completed = turns.take('a', null, () => Promise.resolve('completed'));
  expect(await Promise.all([known, completed])).toEqual(['known', 'completed']);
  expect(stream.destroyed).toBe(false);
  await expect(taken(from)).rejects.toMatchObject({ code: 'conflict' });
});

test('a connection that is lost ends the taking', async () => {
  const { stream, sender: from } = sender();
  const taking = taken(from).catch((error: unknown) => error);
  stream.push(LARGE);
  stream.destroy();
  expect(await taking).toBeInstanceOf(Error);
  await expect(taken(from)).rejects.toThrow();
});
