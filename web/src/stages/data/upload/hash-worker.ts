import { PartHashes } from '../../../api/part-hashes.ts';

/** What the thread is told: a file first, then a wish for the next part after another. */
export type HashRequest = { readonly file: Blob; readonly partBytes: number } | 'next';

/** What the thread answers to each `next`; null where the file can no longer be read. */
export type HashReply = { readonly part: string; readonly whole: string } | null;

let hashes: PartHashes | undefined;

globalThis.addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  if (data !== 'next') {
    hashes = new PartHashes(data.file, data.partBytes);
    return;
  }
  void hashes
    ?.next()
    .then((part): HashReply => ({ part, whole: hashes!.whole() }))
    .catch(() => null)
    .then((reply) => globalThis.postMessage(reply));
});
