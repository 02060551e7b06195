import type { HashReply, HashRequest } from './hash-worker.ts';

/** The file was changed, moved or removed after it had been chosen. */
export class FileChanged extends Error {
  override readonly name = 'FileChanged';
}

/** Checksums of a file, each computed once. */
export interface FileHasher {
  /** SHA-256 of part `number`, from 0; the parts before it are read too. Throws {@link FileChanged}. */
  part(number: number): Promise<string>;
  /** SHA-256 of what was read so far: of the whole file once its last part was asked for. */
  whole(): string;
  close(): void;
}

/** Hashes a file in a thread of its own, so that the page stays quick. */
export function hashFile(file: Blob, partBytes: number): FileHasher {
  const thread = new Worker(new URL('hash-worker.ts', import.meta.url), { type: 'module' });
  const tell = (request: HashRequest): void => thread.postMessage(request);
  const parts: Promise<string>[] = [];
  let whole = '';
  let answer: (reply: HashReply) => void = () => undefined;
  thread.addEventListener('message', ({ data }: MessageEvent<HashReply>) => answer(data));
  thread.addEventListener('error', () => answer(null));
  tell({ file, partBytes });

  function next(): Promise<string> {
    return new Promise((resolve, reject) => {
      answer = (reply) => {
        if (reply === null) return reject(new FileChanged());
        ({ whole } = reply);
        resolve(reply.part);
      };
      tell('next');
    });
  }

  async function nextAfter(before: Promise<string> | undefined): Promise<string> {
    await before;
    return next();
  }

  return {
    part(number) {
      while (parts.length <= number) parts.push(nextAfter(parts.at(-1)));
      return parts[number]!;
    },
    whole: () => whole,
    close: () => thread.terminate(),
  };
}
