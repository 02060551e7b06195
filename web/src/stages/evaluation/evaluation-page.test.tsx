import '../../testing/browser-stubs.ts';
import type { Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { evaluationOf } from '../../testing/evaluation.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const ID = '01a20a76-a2a3-7a62-8176-708ce0b86c35';
const DELETED = { kind: 'retention', at: '2026-02-01T00:00:00.000Z', certificateId: ID } as const;
const address = `/projects/${PROJECT}/evaluation/evaluations/${ID}`;
const asked: string[] = [];
let measured: Pick<Evaluation, 'sameAsTraining' | 'seenInTraining'>;
let answerVersion: (reply: Response) => void;

beforeEach(() => {
  translationsIn('en');
  asked.length = 0;
  measured = { sameAsTraining: false, seenInTraining: null };
  const version = new Promise<Response>((resolve) => (answerVersion = resolve));
  stubServer((url) => {
    asked.push(url);
    if (url.endsWith(`/api/evaluations/${ID}`)) return { ...evaluationOf(PROJECT, ID), ...measured };
    return url.includes('/api/dataset-versions/') ? version : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

const heading = () => screen.queryByRole('heading', { name: /Evaluation of run 1/ });
const isAsked = () =>
  waitFor(() => expect(asked.some((url) => url.includes('/api/dataset-versions/'))).toBe(true), { timeout: 60_000 });

test('the page comes with what is said of deleted data, which would push its parts down later', async () => {
  renderApp(address);
  await isAsked();
  expect(heading()).toBeNull();
  const version = datasetVersionNamed(ID, 'Texts');
  const retention = { ...version.retention, deleted: DELETED };
  answerVersion(Response.json({ ...version, retention, preview: [] }));
  await waitFor(() => expect(heading()).not.toBeNull(), { timeout: 60_000 });
  expect(screen.getByTestId('data-deleted')).toBeTruthy();
});

test('the page comes all the same where its data version cannot be read', async () => {
  renderApp(address);
  await isAsked();
  answerVersion(Response.json({}, { status: 500 }));
  await waitFor(() => expect(heading()).not.toBeNull(), { timeout: 60_000 });
});

const NONE = { texts: 200, exact: 0, elsewhere: 0, near: 0, isDataGone: false, origin: null };
const origin = { runId: ID, runNumber: 7, isProven: false };

test.each([
  ['en', {}, null, null],
  ['en', { near: null }, null, 'Nobody has looked for near-duplicates'],
  ['en', { origin }, null, 'This file says that it comes from run 7. That is not proven'],
  ['en', { origin: { ...origin, isProven: true }, near: null }, null, 'This file is an export of run 7'],
  [
    'en',
    { exact: 2, near: 1 },
    '3 of 200 texts were also trained on (2 word for word, 1 nearly so)',
    'Divide the data version anew',
  ],
  ['en', { elsewhere: 2 }, '2 of 200 texts were also trained on', '2 are training items of a run that this one begins'],
  ['en', { elsewhere: 1, origin }, '1 of 200 texts was also trained on', '1 is a training item of run 7'],
  [
    'en',
    { exact: 200 },
    'All 200 texts were also trained on',
    'All that was measured is among the training items of this data version too',
  ],
  [
    'en',
    { isDataGone: true },
    'Nobody can tell whether items of this evaluation were trained on',
    'another data version does not help',
  ],
  ['zh', { isDataGone: true }, '无从判断评估条目是否参与过训练', '添加数据版本没有帮助'],
  ['zh', { near: 1 }, '200 条文本中有 1 条参与过训练（1 条近似）', '重新划分该数据版本'],
] as const)('what is said in %s of texts that were seen: %j', async (language, change, title, said) => {
  translationsIn(language);
  const seenInTraining = { ...NONE, ...change };
  measured = { sameAsTraining: title !== null, seenInTraining };
  renderApp(address);
  await isAsked();
  answerVersion(Response.json({ ...datasetVersionNamed(ID, 'Texts'), preview: [] }));
  await waitFor(() => expect(document.querySelector('main')).not.toBeNull(), { timeout: 60_000 });
  const page = () => document.querySelector('main')?.textContent ?? '';
  if (said !== null) await waitFor(() => expect(page()).toContain(said), { timeout: 60_000 });
  expect(screen.queryByTestId('seen-in-training')?.textContent ?? null).toEqual(
    title === null ? null : expect.stringContaining(title),
  );
});

test('an evaluation from before texts were counted says that they were trained on', async () => {
  measured = { sameAsTraining: true, seenInTraining: null };
  renderApp(address);
  await isAsked();
  answerVersion(Response.json({ ...datasetVersionNamed(ID, 'Texts'), preview: [] }));
  await waitFor(
    () => expect(screen.getByRole('alert').textContent).toContain('Items of this evaluation were also trained on'),
    { timeout: 60_000 },
  );
});
