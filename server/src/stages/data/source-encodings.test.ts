import { createHash } from 'node:crypto';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { bytesIn } from '@greenlight/shared/stages/data/preparation/reading/test-bytes.ts';
import { getDatasetLineage } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { listPreparations } from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  completeSource,
  createSource,
  importSource,
  putSourcePart,
  sampleSource,
  unreadableSource,
} from '@greenlight/shared/stages/data/source-contract.ts';
import { claimJob, endJob, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { seededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

const headers = { 'content-type': 'application/octet-stream' };

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  projectId = (await seededProject(admin)).projectId;
});
afterAll(() => installation.close());

async function upload(name: string, format: 'csv' | 'txt', body: Uint8Array<ArrayBuffer>): Promise<string> {
  const wish = { name, format, sizeBytes: body.length, idempotencyKey: `key-of-${name}` };
  const { id: sourceId } = await admin.call(createSource, { params: { projectId }, body: wish });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const query = { offset: '0', sha256, sizeBytes: String(body.length) };
  await admin.call(putSourcePart, { params: { sourceId }, query, body, headers });
  await admin.call(completeSource, { params: { sourceId }, body: { sha256 } });
  return sourceId;
}

test('a table in Big5 is refused with the encoding it may have, and is imported in it, which its version keeps', async () => {
  const content = bytesIn('big5', '留言,類別\r\n請寄到 maria@mail.example 謝謝,客訴\r\n商品很好,好評\r\n');
  const sourceId = await upload('reviews.csv', 'csv', content);
  const refusal = await admin.ask(sampleSource, { params: { sourceId }, body: {} });
  expect(refusal.status).toBe(422);
  const { problem, encodings } = unreadableSource.parse(
    (refusal.body as { error: { details: unknown } }).error.details,
  );
  expect(problem).toMatchObject({ code: 'invalid-encoding', row: 1, byte: 0 });
  expect(encodings[0]).toEqual({ encoding: 'big5', text: '留言,類別' });

  const sample = await admin.call(sampleSource, { params: { sourceId }, body: { encoding: 'big5' } });
  const mapping = { encoding: 'big5', text: '留言', labels: ['類別'] };
  expect(sample).toMatchObject({ encoding: 'big5', columns: ['留言', '類別'], mapping, errors: [] });
  expect(sample.items.map(({ text }) => text)).toEqual(['請寄到 [EMAIL] 謝謝', '商品很好']);

  const words = { datasetName: { en: 'Reviews' }, source: { en: 'a shop' }, licence: 'own', notes: { en: '' } };
  const body = { ...words, mapping: sample.mapping };
  const { jobId } = await admin.call(importSource, { params: { sourceId }, body });
  const worker = await TestWorker.register(installation.url);
  const claim = { workerId: worker.workerId, kinds: [prepareDatasetJob.kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body: claim });
  expect(prepareDatasetJob.payload.parse(job!.payload).plan.mapping).toMatchObject(mapping);
  const items = Buffer.from('{"split":"train","text":"one"}\n{"split":"test","text":"two"}\n');
  const made = resultFor(items, 2);
  const result = { ...made, source: { ...made.source, encoding: 'big5' } };
  const { lease } = job!;
  const query = { lease, sha256: result.items.sha256, sizeBytes: String(items.length) };
  await worker.caller.call(putJobFile, { params: { jobId, name: 'items.jsonl' }, query, body: items, headers });
  await worker.caller.call(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });

  const { items: preparations } = await admin.call(listPreparations, { params: { projectId } });
  const datasetVersionId = preparations.find((one) => one.jobId === jobId)!.datasetVersionId!;
  const lineage = await admin.call(getDatasetLineage, { params: { datasetVersionId } });
  expect(lineage.imports).toEqual([{ jobId, to: datasetVersionId, fileName: 'reviews.csv', encoding: 'big5' }]);
});

test('lines in Windows-1252 are errors with their places, and the encoding is offered with text that is masked', async () => {
  const content = bytesIn('windows-1252', 'plain\nGrüße an max.muster@mail.example – für später\n');
  const sourceId = await upload('notes.txt', 'txt', content);
  const sample = await admin.call(sampleSource, { params: { sourceId }, body: {} });
  expect(sample.errors).toMatchObject([{ code: 'invalid-encoding', row: 2, byte: 8 }]);
  expect(sample.encodings).toEqual([{ encoding: 'windows-1252', text: 'Grüße an [EMAIL] – für später' }]);
});
