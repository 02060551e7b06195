import { createHash } from 'node:crypto';
import { getRun, getRunMetrics, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { putModelTokenizer } from '@greenlight/shared/stages/training/imported-models.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError, sentenceOf } from './api-error.ts';
import { addressOf, call, configureClient, upload } from './client.ts';

const RUN_ID = '01900000-0000-7000-8000-000000000001';
const onSignedOut = vi.fn<() => void>();
const request = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  configureClient({ language: () => 'zh', onSignedOut });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

async function failureOf(reply: Response | Error): Promise<ApiError> {
  if (reply instanceof Error) request.mockRejectedValueOnce(reply);
  else request.mockResolvedValueOnce(reply);
  const error = await call(getRun, { params: { runId: RUN_ID } }).catch((caught: unknown) => caught);
  if (!(error instanceof ApiError)) throw new Error('the call did not fail as it should');
  return error;
}

describe('a call', () => {
  test('fills the address, leaves out what is not given, and asks for the language of the screen', async () => {
    expect(addressOf(getRunMetrics, { runId: 'a/b' }, { names: undefined, maxPoints: 5 })).toBe(
      '/api/runs/a%2Fb/metrics?maxPoints=5',
    );
    request.mockResolvedValueOnce(Response.json({ id: RUN_ID }));
    const body = { datasetVersionId: RUN_ID, configuration: {} };
    expect(await call(startRun, { params: { projectId: RUN_ID }, body })).toEqual({ id: RUN_ID });
    const [address, init] = request.mock.calls[0] ?? [];
    expect(address).toBe(`/api/projects/${RUN_ID}/runs`);
    expect(init).toMatchObject({ method: 'POST', body: JSON.stringify(body), headers: { 'accept-language': 'zh' } });
  });

  test('that changes something is sent once, however often it is asked for meanwhile, and again afterwards', async () => {
    request.mockImplementation(async () => Response.json({ id: RUN_ID }));
    const start = (name: string) =>
      call(startRun, {
        params: { projectId: RUN_ID },
        body: { datasetVersionId: RUN_ID, configuration: {}, name: { en: name } },
      });
    const replies = await Promise.all([start('one'), start('one'), start('other')]);
    expect(replies).toEqual([{ id: RUN_ID }, { id: RUN_ID }, { id: RUN_ID }]);
    expect(request).toHaveBeenCalledTimes(2);
    await start('one');
    expect(request).toHaveBeenCalledTimes(3);
  });

  test('answers a refusal with its code, and its sentence in either language', async () => {
    const error = { code: 'run-not-active', message: 'no', details: [1], requestId: 'r1' };
    const failure = await failureOf(Response.json({ error }, { status: 409 }));
    expect(failure).toMatchObject({ code: 'run-not-active', status: 409, details: [1], requestId: 'r1' });
    expect(sentenceOf(failure, 'en')).toBe('The run has already ended, so it cannot be changed. Its results are kept.');
    expect(sentenceOf(failure, 'zh')).toContain('训练运行已结束');
    expect(onSignedOut).not.toHaveBeenCalled();
  });

  test('leads to the sign-in page when the session has ended', async () => {
    await failureOf(Response.json({ error: { code: 'not-signed-in', message: '' } }, { status: 401 }));
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  test('survives a reply that is not of the product, and no reply at all', async () => {
    expect(await failureOf(new Response('<html>', { status: 502 }))).toMatchObject({ code: 'internal', status: 502 });
    expect(await failureOf(new TypeError('refused'))).toMatchObject({ code: 'offline', status: 0 });
  });
});

test('a file is sent with its checksum where the browser offers no cryptography, as in pages without HTTPS', async () => {
  vi.stubGlobal('crypto', undefined);
  request.mockResolvedValueOnce(Response.json({}));
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'a');
  await upload(putModelTokenizer, { modelFileId: RUN_ID }, new Blob([bytes]));
  const [address] = request.mock.calls[0] ?? [];
  expect(address).toContain(`sha256=${createHash('sha256').update(bytes).digest('hex')}&sizeBytes=${bytes.length}`);
});
