import '../../testing/browser-stubs.ts';
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
let sameAsTraining: boolean;
let answerVersion: (reply: Response) => void;

beforeEach(() => {
  translationsIn('en');
  asked.length = 0;
  sameAsTraining = false;
  const version = new Promise<Response>((resolve) => (answerVersion = resolve));
  stubServer((url) => {
    asked.push(url);
    if (url.endsWith(`/api/evaluations/${ID}`)) return { ...evaluationOf(PROJECT, ID), sameAsTraining };
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

test.each([
  ['en', 'nobody can tell, and the items count as trained on'],
  ['zh', '无从判断，评估条目一律按参与过训练处理'],
] as const)(
  'items that count as trained on are said to do so where deleted data leaves it open (%s)',
  async (language, said) => {
    translationsIn(language);
    sameAsTraining = true;
    renderApp(address);
    await isAsked();
    answerVersion(Response.json({ ...datasetVersionNamed(ID, 'Texts'), preview: [] }));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain(said), { timeout: 60_000 });
  },
);
