import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { quantile } from './statistics.ts';

/** What an NVIDIA card was seen doing; medians over the time watched. */
export interface GpuUse {
  /** Share of the time in which at least one kernel ran. */
  busyPercent: number;
  powerWatts: number;
  memoryMegabytes: number;
}

const PERIOD_MS = 100;
const PROGRAM = 'nvidia-smi';

/** Watches the first card until `end` is called. */
export function watchGpu(): { end: () => Promise<GpuUse> } {
  const query = '--query-gpu=utilization.gpu,power.draw,memory.used';
  const child = spawn(PROGRAM, [query, '--format=csv,noheader,nounits', `--loop-ms=${PERIOD_MS}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close');
  return {
    end: async () => {
      child.kill();
      await ended;
      const rows = text
        .split('\n')
        .map((line) => line.split(',').map(Number))
        .filter((row) => row.length === 3 && row.every((value) => Number.isFinite(value)));
      const middle = (column: number): number =>
        quantile(
          rows.map((row) => row[column] ?? Number.NaN),
          0.5,
        );
      return { busyPercent: middle(0), powerWatts: middle(1), memoryMegabytes: middle(2) };
    },
  };
}
