import '../../../testing/browser-stubs.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { RunExports } from './run-exports.tsx';

const RUN_ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const request = vi.fn<typeof fetch>();
const sha256 = 'a'.repeat(64);

function runWith(artifacts: readonly object[]): Run {
  return { id: RUN_ID, artifacts } as unknown as Run;
}

function jobIn(state: string, more: object = {}): object {
  const times = { createdAt: '2026-01-01T00:00:00.000Z', startedAt: null, finishedAt: null, cancelRequestedAt: null };
  const rest = { kind: 'export-onnx', progress: null, attempts: 1, result: null, error: null, ...times };
  return { id: crypto.randomUUID(), projectId: RUN_ID, state, ...rest, ...more };
}

/** Where a request went. */
const addressOf = (address: RequestInfo | URL): string =>
  address instanceof Request ? address.url : address.toString();

/** Answers every read with these exports and every wish with the first. */
function answerWith(items: readonly object[]): void {
  request.mockImplementation(async (_address, init) =>
    init?.method === 'POST' ? Response.json(items[0], { status: 201 }) : Response.json({ items }),
  );
}

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('before the first checkpoint nothing can be exported', async () => {
  answerWith([]);
  renderPart(<RunExports run={runWith([{ kind: 'tokenizer' }])} />);
  expect(screen.getByTestId<HTMLButtonElement>('export-onnx').disabled).toBe(true);
  expect(screen.getByText('The first checkpoint can be exported as soon as it is saved.')).toBeTruthy();
});

test('a finished export names its versions and links the files of the run', async () => {
  const files = [{ name: 'model.onnx', sha256, sizeBytes: 2048 }];
  const result = { checkpointStep: 30, checkpointSha256: sha256, opset: 17, irVersion: 8, files };
  answerWith([jobIn('finished', { result })]);
  const artifact = { id: 'file-1', kind: 'onnx', name: 'onnx-30-aaaaaaaa/model.onnx', sha256 };
  renderPart(<RunExports run={runWith([{ kind: 'checkpoint' }, artifact])} />);
  expect(await screen.findByText('Checkpoint of step 30')).toBeTruthy();
  expect(screen.getByText(/Opset 17, IR version 8/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'model.onnx' }).getAttribute('href')).toContain(
    '/api/artifacts/file-1/content',
  );
});

test('an export that goes on can be cancelled; one that failed says why', async () => {
  const error = { code: 'x', message: { en: 'It broke.' }, advice: { en: 'Mend it.' } };
  answerWith([jobIn('running', { progress: { share: 0.42, message: null } }), jobIn('failed', { error })]);
  renderPart(<RunExports run={runWith([{ kind: 'checkpoint' }])} />);
  expect(await screen.findByText('Exporting: 42 %')).toBeTruthy();
  expect(screen.getByText('The export failed: It broke.')).toBeTruthy();
  expect(screen.getByText('Mend it.')).toBeTruthy();
  fireEvent.click(screen.getByText('Cancel the export'));
  await waitFor(() =>
    expect(request.mock.calls.some(([address]) => addressOf(address).endsWith('/cancel'))).toBe(true),
  );
});

test('the button asks for an export', async () => {
  answerWith([jobIn('queued')]);
  renderPart(<RunExports run={runWith([{ kind: 'checkpoint' }])} />);
  fireEvent.click(screen.getByTestId('export-onnx'));
  await waitFor(() => {
    const wishes = request.mock.calls.filter(([, init]) => init?.method === 'POST');
    expect(wishes.map(([address]) => addressOf(address))).toEqual([
      expect.stringContaining(`/api/runs/${RUN_ID}/exports`),
    ]);
  });
  expect(await screen.findByText('Waiting for a worker')).toBeTruthy();
});
