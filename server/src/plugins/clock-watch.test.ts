import { expect, test } from 'vitest';
import { ClockWatch, silentFor } from './clock-watch.ts';

const HOUR_MS = 3_600_000;

function watched() {
  const clocks = { wallMs: Date.UTC(2026, 10, 26), steadyMs: 5_000 };
  const watch = new ClockWatch({ wall: () => clocks.wallMs, steady: () => clocks.steadyMs });
  /** A round after so much time, with the clock on the wall set by so much meanwhile. */
  const round = (passedMs: number, setByMs = 0) => {
    clocks.steadyMs += passedMs;
    clocks.wallMs += passedMs + setByMs;
    const { now, ...says } = watch.begin();
    expect(now.getTime()).toBe(clocks.wallMs);
    return says;
  };
  /** Passes time in which the clocks are looked at, but no round begins. */
  const look = (passedMs: number, setByMs = 0): void => {
    clocks.steadyMs += passedMs;
    clocks.wallMs += passedMs + setByMs;
    watch.look();
  };
  return { round, look };
}

const CALM = { isUncertain: false, mayRemove: true };

test('the first round follows a time in which nobody listened, the next ones are calm', () => {
  const { round } = watched();
  expect(round(0)).toEqual({ isUncertain: true, mayRemove: true });
  expect([round(2_000), round(2_400), round(2_000, 300)]).toEqual([CALM, CALM, CALM]);
});

test('a clock that is set ahead makes one round uncertain, and nothing is removed for an hour', () => {
  const { round } = watched();
  round(0);
  expect(round(2_000, HOUR_MS)).toEqual({ isUncertain: true, mayRemove: false });
  for (let minute = 0; minute < 59; minute += 1) for (let times = 0; times < 30; times += 1) round(2_000);
  expect(round(2_000)).toEqual({ isUncertain: false, mayRemove: false });
  for (let times = 0; times < 30; times += 1) round(2_000);
  expect(round(2_000)).toEqual(CALM);
});

test('a clock that is set back changes nothing of the rounds', () => {
  const { round } = watched();
  round(0);
  expect([round(2_000, -HOUR_MS), round(2_000)]).toEqual([CALM, CALM]);
});

test('a process that stood still has heard nobody', () => {
  const { round } = watched();
  round(0);
  expect(round(60_000)).toEqual({ isUncertain: true, mayRemove: true });
  expect(round(2_000)).toEqual(CALM);
});

test('a round that takes long makes the next one uncertain only where the clocks say so meanwhile', () => {
  const { round, look } = watched();
  round(0);
  for (let times = 0; times < 30; times += 1) look(2_000);
  expect(round(2_000)).toEqual(CALM);
  look(2_000, HOUR_MS);
  look(2_000);
  expect(round(2_000)).toEqual({ isUncertain: true, mayRemove: false });
  expect(round(2_000).isUncertain).toBe(false);
});

test('who was last heard of in the future has been silent since the clock was set back', () => {
  const now = Date.UTC(2026, 10, 26);
  expect(silentFor(new Date(now - 5_000), now)).toBe(5_000);
  expect(silentFor(new Date(now + HOUR_MS), now)).toBe(HOUR_MS);
});
