import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { rounded } from './statistics.ts';

const FIRST = '/sys/fs/cgroup/memory';
const SECOND = '/sys/fs/cgroup';
const LOOK_MS = 250;
const REMOVAL_TRIES = 50;

/** The files of the kernel that a group of processes is limited and measured by. */
interface GroupFiles {
  readonly parent: string;
  readonly limit: string;
  readonly peak: string;
  /** Where and under which name the memory stands that processes hold and that cannot be taken back, as files that were read can. */
  readonly held: string;
  /** How often the limit was reached, which first of all makes the kernel drop files that it remembers. */
  reached(folder: string): number;
  /** How many processes were killed at the limit. */
  killed(folder: string): number;
}

const numberIn = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? NaN);

const V1: GroupFiles = {
  parent: FIRST,
  limit: 'memory.limit_in_bytes',
  peak: 'memory.max_usage_in_bytes',
  held: 'total_rss',
  reached: (folder) => Number(readFileSync(join(folder, 'memory.failcnt'), 'utf8')),
  killed: (folder) => numberIn(readFileSync(join(folder, 'memory.oom_control'), 'utf8'), 'oom_kill'),
};

const V2: GroupFiles = {
  parent: SECOND,
  limit: 'memory.max',
  peak: 'memory.peak',
  held: 'anon',
  reached: (folder) => numberIn(readFileSync(join(folder, 'memory.events'), 'utf8'), 'max'),
  killed: (folder) => numberIn(readFileSync(join(folder, 'memory.events'), 'utf8'), 'oom_kill'),
};

/** What became of the processes of a group; MB are millions of bytes. */
export interface GroupOutcome {
  readonly limitMegabytes: number;
  /** With the files that the kernel remembers for the group: it fills whatever is left. */
  readonly peakMegabytes: number;
  /** The most that the processes themselves held, looked at four times a second. */
  readonly peakHeldMegabytes: number;
  readonly limitReached: number;
  readonly killed: number;
}

/** A group of processes (cgroup 1 or 2 of Linux) that the kernel holds below a number of bytes, or kills. */
export class MemoryGroup {
  /** Stands in for Node: it runs what it is given, the server in the group. */
  readonly node: string;
  readonly #folder: string;
  readonly #files: GroupFiles;
  readonly #limitBytes: number;
  readonly #shimFolder: string;
  readonly #timer: NodeJS.Timeout;
  #held = 0;

  /** Throws one sentence where this system or account may not make a group. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
    this.#files = existsSync(join(FIRST, V1.limit)) ? V1 : V2;
    this.#folder = join(this.#files.parent, `greenlight-bench-${process.pid}`);
    try {
      if (this.#files === V2) writeFileSync(join(SECOND, 'cgroup.subtree_control'), '+memory');
      mkdirSync(this.#folder);
      writeFileSync(join(this.#folder, this.#files.limit), String(limitBytes));
    } catch (error) {
      throw new Error(
        `This account may not limit memory here (${(error as Error).message}): run it as root on Linux.`,
        {
          cause: error,
        },
      );
    }
    this.#shimFolder = mkdtempSync(join(tmpdir(), 'greenlight-limited-'));
    this.node = join(this.#shimFolder, 'node');
    const lines = [
      '#!/bin/sh',
      `case "$*" in *server/src/main.ts*) echo $$ > '${this.#folder}/cgroup.procs' || exit 1 ;; esac`,
      `exec '${process.execPath}' "$@"`,
    ];
    writeFileSync(this.node, `${lines.join('\n')}\n`, { mode: 0o755 });
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  #look(): void {
    const text = readFileSync(join(this.#folder, 'memory.stat'), 'utf8');
    this.#held = Math.max(this.#held, numberIn(text, this.#files.held));
  }

  /** What was seen up to now. */
  outcome(): GroupOutcome {
    this.#look();
    const { peak, reached, killed } = this.#files;
    return {
      limitMegabytes: rounded(this.#limitBytes / 1e6, 1),
      peakMegabytes: rounded(Number(readFileSync(join(this.#folder, peak), 'utf8')) / 1e6, 1),
      peakHeldMegabytes: rounded(this.#held / 1e6, 1),
      limitReached: reached(this.#folder),
      killed: killed(this.#folder),
    };
  }

  /** Removes the group once its processes have ended. */
  async remove(): Promise<void> {
    clearInterval(this.#timer);
    rmSync(this.#shimFolder, { recursive: true, force: true });
    for (let tries = 1; ; tries++) {
      try {
        return rmdirSync(this.#folder);
      } catch (error) {
        if (tries === REMOVAL_TRIES) throw error;
        await wait(100);
      }
    }
  }
}
