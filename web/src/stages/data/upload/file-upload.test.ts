import type { DataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { expect, test } from 'vitest';
import { ApiError, OFFLINE_CODE } from '../../../api/api-error.ts';
import { FileUpload, type UploadPhase, type UploadPorts } from './file-upload.ts';
import { PartHashes } from '../../../api/part-hashes.ts';

const PART_BYTES = 4;
const CONTENT = new TextEncoder().encode('abcdefghij');

const offline = () => new ApiError({ code: OFFLINE_CODE, status: 0, message: 'offline' });

/** A server that keeps parts, for an upload whose phases are noted. */
function stage(here: readonly string[] = []) {
  const parts = [...here];
  const phases: UploadPhase[] = [];
  const paused: number[] = [];
  const faults: (Error | undefined)[] = [];
  let completed: string | null = null;
  const source = (): DataSource => {
    const receivedBytes = Math.min(CONTENT.length, parts.length * PART_BYTES);
    const file = { name: 'a.txt', format: 'txt', sizeBytes: CONTENT.length, receivedBytes, partBytes: PART_BYTES };
    return { ...file, id: 'source', state: 'receiving', sha256: null } as unknown as DataSource;
  };
  const hashes = new PartHashes(new Blob([CONTENT]), PART_BYTES);
  const hashed: Promise<string>[] = [];
  const ports: UploadPorts = {
    hasher: {
      part(number) {
        while (hashed.length <= number) hashed.push((hashed.at(-1) ?? Promise.resolve('')).then(() => hashes.next()));
        return hashed[number]!;
      },
      whole: () => hashes.whole(),
      close: () => undefined,
    },
    look: () => Promise.resolve({ ...source(), parts: [...parts] }),
    send: ({ sha256 }, onSent) => {
      const fault = faults.shift();
      if (fault !== undefined) return Promise.reject(fault);
      onSent(PART_BYTES);
      parts.push(sha256);
      return Promise.resolve(source());
    },
    complete: (sha256) => {
      completed = sha256;
      return Promise.resolve(source());
    },
    isReadable: () => Promise.resolve(true),
    pause: (attempt) => {
      paused.push(attempt);
      return Promise.resolve();
    },
    now: () => 0,
  };
  const upload = new FileUpload(source(), ports, ({ phase }) => {
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  return { upload, phases, parts, paused, faults, completed: () => completed };
}

async function partHashes(): Promise<string[]> {
  const hashes = new PartHashes(new Blob([CONTENT]), PART_BYTES);
  return [await hashes.next(), await hashes.next(), await hashes.next()];
}
const WHOLE = '72399361da6a7754fec986dca5b7cbaf1c810a28ded4abaf56b2106d06cb78b0';

test('a file is sent part by part and ends with the checksum of the whole', async () => {
  const { upload, phases, parts, completed } = stage();
  await upload.run();
  expect(parts).toEqual(await partHashes());
  expect(completed()).toBe(WHOLE);
  expect(phases).toEqual(['comparing', 'sending', 'checking', 'complete']);
});

test('a lost connection is waited for, longer from try to try, and nothing safe is sent twice', async () => {
  const { upload, phases, parts, paused, faults } = stage();
  faults.push(undefined, offline(), offline(), undefined);
  await upload.run();
  expect(upload.state).toMatchObject({ phase: 'complete', safeBytes: CONTENT.length });
  expect(parts).toHaveLength(3);
  expect(paused).toEqual([1, 2]);
  expect(phases.filter((phase) => phase === 'waiting')).toHaveLength(2);
});

test('what the server has is compared, and another file is not mixed into it', async () => {
  const [first] = await partHashes();
  const known = stage([first!]);
  await known.upload.run();
  expect(known.parts).toHaveLength(3);
  const other = stage(['0'.repeat(64)]);
  await other.upload.run();
  expect(other.upload.state).toMatchObject({ phase: 'failed', problem: 'other-file' });
  expect(other.parts).toHaveLength(1);
});

test('a refusal ends it with the reason, and an upload that is gone says so', async () => {
  const refused = stage();
  const wrongType = new ApiError({ code: 'wrong-file-type', status: 422, message: 'an image' });
  refused.faults.push(wrongType);
  await refused.upload.run();
  expect(refused.upload.state).toMatchObject({ phase: 'failed', error: wrongType });
  const gone = stage();
  gone.faults.push(new ApiError({ code: 'not-found', status: 404, message: 'gone' }));
  await gone.upload.run();
  expect(gone.upload.state.problem).toBe('gone');
});

test('stopping keeps what is safe, and going on sends the rest', async () => {
  const { upload, parts, faults } = stage();
  faults.push(undefined, offline());
  const running = upload.run();
  upload.stop();
  await running;
  expect(upload.state.phase).toBe('paused');
  upload.enqueue();
  faults.length = 0;
  await upload.run();
  expect([upload.state.phase, parts.length]).toEqual(['complete', 3]);
});
