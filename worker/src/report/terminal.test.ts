import { expect, test } from 'vitest';
import type { RunProgress } from '@greenlight/shared/stages/training/contract.ts';
import { finalEvaluationLine, formatDuration, progressLine, Terminal } from './terminal.ts';

const progress = (step: number): RunProgress => ({
  step,
  totalSteps: 30,
  epoch: 4,
  totalEpochs: 10,
  elapsedMs: 1000,
  remainingMs: 200_000,
  remainingRange: null,
  tokensPerSecond: 1234.5,
  share: null,
});

function recorded(isTTY: boolean, columns = 200) {
  const written: string[] = [];
  let nowMs = 0;
  const terminal = new Terminal({ isTTY, columns, write: (text) => written.push(text) }, () => nowMs);
  return { written, terminal, wait: (ms: number) => (nowMs += ms) };
}

test('a line says how far the run is, how fast, and how long it still takes', () => {
  expect(progressLine('run', progress(12), 3.62961)).toBe(
    'run ██████████░░░░░░░░░░░░░░ 40 % · epoch 4/10 · step 12/30 · loss 3.6296 · 1235 tokens/s · 3 min 20 s left',
  );
});

test('the time left has its range, unless both ends read the same', () => {
  const line = (lowMs: number, highMs: number) =>
    progressLine('run', { ...progress(12), remainingRange: { lowMs, highMs } }, null);
  expect(line(180_000, 220_000)).toContain('3 min 20 s left (3 min to 3 min 40 s)');
  expect(line(200_100, 200_200)).toMatch(/3 min 20 s left$/);
});

test('a line says where the time goes once that is known', () => {
  const share = { compute: 0.956, data: 0.011, evaluation: 0.03, reporting: 0.004 };
  expect(progressLine('run', { ...progress(12), share }, null)).toContain(
    '1235 tokens/s · compute 96 %, data 1.1 %, evaluation 3.0 %, reporting 0.4 % · 3 min',
  );
});

test('what follows the last step is named apart from the training', () => {
  expect(finalEvaluationLine(3100, 12_900)).toBe('final evaluation 3 s (24 % of the run)');
});

test('durations use the two largest units that matter', () => {
  expect([400, 59_000, 60_000, 200_000, 7_500_000, 7_200_000].map(formatDuration)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '3 min 20 s',
    '2 h 5 min',
    '2 h',
  ]);
});

test('a terminal gets one line that rewrites itself and never wraps', () => {
  const { written, terminal, wait } = recorded(true, 20);
  terminal.progress('运行运行运行运行运行', progress(1), null);
  wait(100);
  terminal.progress('run', progress(2), null);
  terminal.line('done');
  expect(written).toEqual(['\r\u001b[2K运行运行运行运行运…', '\r\u001b[2Krun ██░░░░░░░░░░░░…', '\ndone\n']);
});

test('elsewhere a line comes every few seconds, and the last step once', () => {
  const { written, terminal, wait } = recorded(false);
  for (let step = 1; step <= 10; step++) {
    terminal.progress('run', progress(step), null);
    wait(500);
  }
  terminal.progress('run', progress(30), null);
  terminal.progress('run', progress(30), null);
  expect(written.map((line) => /step (\d+)/.exec(line)?.[1])).toEqual(['1', '7', '30']);
});

test('the name of a run steers no terminal', () => {
  const { written, terminal } = recorded(false);
  const name = 'a\u001b[2J\u001b]0;title\u0007\u009b31m\r\n\u202eb';
  terminal.progress(name, progress(30), null);
  terminal.line(`${name}: failed\n\tat a place`);
  expect(written[0]).toMatch(/^a\[2J\]0;title31mb █[^\p{Cc}\p{Cf}]*\n$/u);
  expect(written[1]).toBe('a[2J]0;title31m\nb: failed\n\tat a place\n');
});
