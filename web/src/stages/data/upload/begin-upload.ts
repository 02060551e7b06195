import {
  completeSource,
  createSource,
  getSource,
  putSourcePart,
  SOURCE_PART_BYTES,
  type DataSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { call, sendPiece } from '../../../api/client.ts';
import { formatOf } from '../file-import/read-table.ts';
import { FileChanged, hashFile } from './file-hasher.ts';
import { FileUpload, type UploadPorts, type UploadState } from './file-upload.ts';

const LONGEST_NAME = 200;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

async function bytesOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new FileChanged();
  }
}

/**
 * The upload of a file as the server has it: new, or the one of the same file begun before. A file is known again by its name,
 * size and first part; whether the rest is the same is compared part by part before anything is sent.
 */
export async function findUpload(projectId: string, file: File): Promise<DataSource> {
  const { sha256Of } = await import('../../../api/part-hashes.ts');
  const name = file.name.slice(-LONGEST_NAME);
  const format: DataSource['format'] = /\.zip$/i.test(file.name) ? 'zip' : formatOf(file.name);
  const beginning = sha256Of(await bytesOf(file.slice(0, SOURCE_PART_BYTES)));
  const identity = JSON.stringify([name, format, file.size, beginning]);
  const idempotencyKey = sha256Of(new TextEncoder().encode(identity));
  const body = { name, format, sizeBytes: file.size, idempotencyKey };
  return call(createSource, { params: { projectId }, body });
}

/** Waits longer from try to try, up to half a minute, or until the network is back. */
function pauseFor(attempt: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      removeEventListener('online', onOnline);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onOnline = (): void => end(resolve);
    const onAbort = (): void => end(() => reject(signal.reason as Error));
    const timer = setTimeout(onOnline, pauseMs);
    addEventListener('online', onOnline);
    signal.addEventListener('abort', onAbort);
  });
}

/** An upload of `file` to the source that the server has for it. */
export function uploadOf(source: DataSource, file: File, onChange: (state: UploadState) => void): FileUpload {
  const params = { sourceId: source.id };
  const ports: UploadPorts = {
    hasher: hashFile(file, source.partBytes),
    look: (signal) => call(getSource, { params }, signal),
    send: ({ offset, end, sha256 }, onSent, signal) =>
      sendPiece(putSourcePart, params, file.slice(offset, end), {
        query: { offset, sha256, sizeBytes: end - offset },
        onSent,
        signal,
      }),
    complete: (sha256, signal) => call(completeSource, { params, body: { sha256 } }, signal),
    isReadable: () =>
      file
        .slice(0, 1)
        .arrayBuffer()
        .then(
          () => true,
          () => false,
        ),
    pause: pauseFor,
    now: () => performance.now(),
  };
  return new FileUpload(source, ports, onChange);
}
