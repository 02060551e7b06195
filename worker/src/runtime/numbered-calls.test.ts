import { expect, test } from 'vitest';
import { NumberedCalls } from './numbered-calls.ts';

test('answers come back to whoever asked, in whatever order', async () => {
  const calls = new NumberedCalls<string>();
  const sent: number[] = [];
  const [first, second] = [calls.ask((number) => sent.push(number)), calls.ask((number) => sent.push(number))];
  const [one = -1, two = -1] = sent;
  expect([new Set(sent).size, calls.isIdle]).toEqual([2, false]);
  calls.answer(two, 'second');
  calls.refuse(one, new Error('not this one'));
  calls.answer(one, 'too late');
  await expect(first).rejects.toThrow('not this one');
  expect(await second).toBe('second');
  expect([calls.isIdle, calls.end]).toEqual([true, null]);
});

test('after the end nothing is sent, and everybody hears the first reason', async () => {
  const calls = new NumberedCalls<void>();
  const waiting = calls.ask(() => undefined);
  calls.endWith(new Error('the thread broke'));
  calls.endWith(new Error('the thread has ended'));
  await expect(waiting).rejects.toThrow('the thread broke');
  let sent = 0;
  await expect(calls.ask(() => sent++)).rejects.toThrow('the thread broke');
  expect([sent, calls.isIdle]).toEqual([0, true]);
});
