import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServerClient } from '../report/client.ts';
import type { EventSender } from '../report/event-sender.ts';
import { CheckpointUploader } from './upload-artifacts.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Milliseconds of one upload. */
const UPLOAD_MS = 1000;

/** An uploader to a server that takes a second for each file, and the steps whose checkpoints have begun to be sent. */
function uploaderOf() {
  const sent: number[] = [];
  const upload = async (_: unknown, request: { query: { step: number } }) => {
    sent.push(request.query.step);
    await new Promise((resolve) => setTimeout(resolve, UPLOAD_MS));
    return { artifactId: 'one' };
  };
  const client = { upload } as unknown as ServerClient;
  const sender = { drain: () => Promise.resolve(), report: () => undefined } as unknown as EventSender;
  const patience = { signal: new AbortController().signal };
  return {
    sent,
    uploader: new CheckpointUploader(client, { runId: 'run', lease: 'lease', best: null }, sender, patience),
  };
}

const checkpoint = (step: number) => ({
  step,
  file: { path: `checkpoint-${step}`, sha256: `${step}`.padStart(64, '0'), sizeBytes: 1 },
  best: null,
});

test('checkpoints of a run that goes on are sent at a pace that does not slow it', async () => {
  const { sent, uploader } = uploaderOf();
  uploader.offer(checkpoint(1));
  await vi.advanceTimersByTimeAsync(2 * UPLOAD_MS);
  uploader.offer(checkpoint(2));
  await vi.advanceTimersByTimeAsync(10 * UPLOAD_MS);
  expect(sent).toEqual([1]);
  await vi.advanceTimersByTimeAsync(40 * UPLOAD_MS);
  expect(sent).toEqual([1, 2]);
});

test('the last one is sent at once, beside the evaluation, or as soon as the one before it is there', async () => {
  const [waiting, uploading] = [uploaderOf(), uploaderOf()];
  for (const { uploader } of [waiting, uploading]) uploader.offer(checkpoint(1));
  await vi.advanceTimersByTimeAsync(UPLOAD_MS / 2);
  uploading.uploader.offer(checkpoint(3), true);
  await vi.advanceTimersByTimeAsync(UPLOAD_MS);
  waiting.uploader.offer(checkpoint(2));
  waiting.uploader.offer(checkpoint(3), true);
  await vi.advanceTimersByTimeAsync(UPLOAD_MS / 10);
  expect(waiting.sent).toEqual([1, 3]);
  expect(uploading.sent).toEqual([1, 3]);
});
