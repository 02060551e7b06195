import type { RunProgress } from '@greenlight/shared/stages/training/contract.ts';

const BAR_WIDTH = 24;
const LIVE_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 3000;

/** What the terminal needs of standard output. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A duration in the largest two units that matter: `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** Where the time of the training goes. */
function sharesOf({ compute, data, evaluation, reporting }: NonNullable<RunProgress['share']>): string {
  return [
    `compute ${percent(compute)}`,
    `data ${percent(data)}`,
    `evaluation ${percent(evaluation)}`,
    `reporting ${percent(reporting)}`,
  ].join(', ');
}

/** What followed the last step, as a share of the whole run. */
export function finalEvaluationLine(finalMs: number, wallMs: number): string {
  return `final evaluation ${formatDuration(finalMs)} (${percent(finalMs / Math.max(1, wallMs))} of the run)`;
}

/** The time left, with the range where it is wider than the durations are exact. */
function leftOf(remainingMs: number, range: RunProgress['remainingRange']): string {
  const left = `${formatDuration(remainingMs)} left`;
  const ends = range === null ? [] : [formatDuration(range.lowMs), formatDuration(range.highMs)];
  return ends[0] === ends[1] ? left : `${left} (${ends.join(' to ')})`;
}

/** One line of progress: bar, epoch, step, loss, tokens per second, where the time goes, time left. */
export function progressLine(name: string, progress: RunProgress, loss: number | null): string {
  const share = progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  const parts = [
    `${name} ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${Math.floor(share * 100)} %`,
    `epoch ${progress.epoch}/${progress.totalEpochs}`,
    `step ${progress.step}/${progress.totalSteps}`,
  ];
  if (loss !== null) parts.push(`loss ${loss.toFixed(4)}`);
  if (progress.tokensPerSecond !== null) parts.push(`${Math.round(progress.tokensPerSecond)} tokens/s`);
  if (progress.share !== null) parts.push(sharesOf(progress.share));
  if (progress.remainingMs !== null && progress.step < progress.totalSteps) {
    parts.push(leftOf(progress.remainingMs, progress.remainingRange));
  }
  return parts.join(' · ');
}

/** A text without what would steer the terminal or turn its letters round: runs are named by people, and errors repeat data. */
function unsteering(text: string, kept = ''): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (kept.includes(character) ? character : ''));
}

/** Width of a text in terminal cells; Chinese characters and full-width signs take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const symbol of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      symbol,
    )
      ? 2
      : 1;
  return width;
}

function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let cut = '';
  for (const symbol of text) {
    if (widthOf(cut) + widthOf(symbol) > width - 1) break;
    cut += symbol;
  }
  return `${cut}…`;
}

/** The worker's standard output: one line that rewrites itself on a terminal, a line every few seconds elsewhere. */
export class Terminal {
  readonly #stream: TerminalStream;
  readonly #now: () => number;
  #lastProgressMs = -Infinity;
  #isLastShown = false;
  #isLineOpen = false;

  constructor(stream: TerminalStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Shows progress, at most as often as the kind of output bears; the last step is always shown. */
  progress(name: string, progress: RunProgress, loss: number | null): void {
    const isLive = this.#stream.isTTY === true;
    const now = this.#now();
    const isLast = progress.step >= progress.totalSteps && !this.#isLastShown;
    if (!isLast && now - this.#lastProgressMs < (isLive ? LIVE_INTERVAL_MS : LINE_INTERVAL_MS)) return;
    this.#lastProgressMs = now;
    this.#isLastShown = progress.step >= progress.totalSteps;
    const line = unsteering(progressLine(name, progress, loss));
    if (!isLive) {
      this.#stream.write(`${line}\n`);
      return;
    }
    this.#stream.write(`\r\u001b[2K${cutTo(line, (this.#stream.columns ?? 80) - 1)}`);
    this.#isLineOpen = true;
  }

  /** Prints a line of its own, below the progress line. */
  line(text: string): void {
    this.#stream.write(`${this.#isLineOpen ? '\n' : ''}${unsteering(text, '\n\t')}\n`);
    this.#isLineOpen = false;
  }
}
