import { itemsOfLine } from '@greenlight/shared/stages/data/stored-line.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { fileLines } from '../data/file-lines.ts';
import type { JobContext } from '../jobs/job-performer.ts';

const REPORT_MS = 500;

/** Says how far the work is, seldom enough for the server. */
export class Progress {
  readonly #tell: JobContext['progress'];
  readonly #startedAt = performance.now();
  #toldAt = -Infinity;

  constructor(tell: JobContext['progress']) {
    this.#tell = tell;
  }

  say(share: number, { zh, en }: { readonly zh: string; readonly en: string }): void {
    const now = performance.now();
    if (now - this.#toldAt < REPORT_MS) return;
    this.#toldAt = now;
    const seconds = share < 0.02 ? null : Math.ceil((((now - this.#startedAt) / share) * (1 - share)) / 1000);
    const said: LocalizedText = {
      zh: seconds === null ? zh : `${zh}，约剩 ${seconds} 秒`,
      en: seconds === null ? en : `${en}, about ${seconds} s left`,
    };
    this.#tell(share, said);
  }
}

/** The items of a file, saying how many bytes of it were read. */
export function* itemsIn(path: string, onBytes: (bytes: number) => void): Generator<DatasetItem> {
  for (const line of fileLines(path, onBytes)) if (line.trim() !== '') yield* itemsOfLine(line);
}
