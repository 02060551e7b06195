import '../../testing/browser-stubs.ts';
import type { ListedTokenizer, TokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const idOf = (number: number) => `01a20a76-a2a3-7a62-8176-${String(number).padStart(12, '0')}`;
const VERSION = datasetVersionNamed(idOf(0), 'Texts');
const at = '2026-01-01T00:00:00.000Z';
const learned = (number: number, size: number, datasetVersionId = VERSION.id): ListedTokenizer => ({
  ...{ id: idOf(number), projectId: PROJECT, datasetVersionId, datasetName: VERSION.datasetName, version: 1 },
  settings: { kind: 'bpe', vocabularySize: size, lowercase: false, stripAccents: false },
  ...{ upload: null, size, sha256: 'a'.repeat(64), sizeBytes: 1, deletedAt: null, createdAt: at },
  isMeasured: null,
});
const brought = (number: number, fileName: string): ListedTokenizer => ({
  ...learned(number, 300),
  isMeasured: false,
  ...{ datasetVersionId: null, datasetName: null, version: null },
  upload: { fileName, runSha256: 'b'.repeat(64), hasMovedIds: false },
});
const OPEN = learned(1, 500);
const shown = { isBeingMeasured: false, splits: [], personalTokens: 0, frequentTokens: [], runs: [] };
const measured = { ...OPEN, ...shown, measuredOn: VERSION.id };
const training = (number: number, tokenizerId: string | null): TokenizerTraining => ({
  ...{ jobId: idOf(number), state: tokenizerId === null ? 'failed' : 'finished', progress: null, error: null },
  ...{ cancelRequestedAt: null, finishedAt: at, createdAt: at, datasetVersionId: VERSION.id, measured: null },
  ...{ settings: OPEN.settings, tokenizerId },
});
/** What lies behind each cursor: in the project, and of what was brought along. */
const ALL: Record<string, unknown> = {
  first: { items: [OPEN, learned(2, 600, idOf(99))], nextCursor: 'older' },
  older: { items: [learned(3, 700), brought(4, 'own.json')], nextCursor: null },
};
const UPLOADS: Record<string, unknown> = {
  first: { items: [brought(5, 'newest.json')], nextCursor: 'older' },
  older: { items: [brought(4, 'own.json')], nextCursor: null },
};

let trainings: Record<string, unknown>;
let ofBrought: object;

beforeEach(() => {
  trainings = { first: { items: [], nextCursor: null } };
  ofBrought = {};
  translationsIn('en');
  stubServer((url) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const cursor = searchParams.get('cursor') ?? 'first';
    const pages = searchParams.get('uploads') === 'only' ? UPLOADS : ALL;
    if (pathname.endsWith(`/projects/${PROJECT}/tokenizers`)) return pages[cursor];
    if (pathname.endsWith(`/projects/${PROJECT}/dataset-versions`)) return { items: [VERSION], nextCursor: null };
    if (pathname.endsWith('/tokenizer-trainings')) return trainings[searchParams.get('state') ?? cursor];
    if (pathname.endsWith(`/tokenizers/${idOf(4)}`)) return { ...brought(4, 'own.json'), ...shown, ...ofBrought };
    return pathname.endsWith(`/tokenizers/${OPEN.id}`) ? measured : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

test('an open tokenizer is compared with any of its version, and any that was brought along, however old', async () => {
  renderApp(`/projects/${PROJECT}/data/tokenizers?tokenizer=${OPEN.id}`);
  const list = await screen.findAllByTestId('uploaded-tokenizer', undefined, { timeout: 60_000 });
  expect(list.map((entry) => within(entry).getByRole('link').textContent)).toEqual([
    expect.stringContaining('newest.json'),
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByRole('link', { name: /^own\.json/ })).toBeTruthy();
  fireEvent.mouseDown(await screen.findByLabelText('Other tokenizer'));
  const inChoice = { selector: '.ant-select-item-option-content' };
  expect(await screen.findByText(/700 tokens/, inChoice)).toBeTruthy();
  expect(screen.getByText(/^own\.json/, inChoice)).toBeTruthy();
  expect(screen.queryByText(/500 tokens|600 tokens/, inChoice)).toBeNull();
});

test('the tokenizer that is shown first is found behind trainings that failed, and older trainings are reached', async () => {
  trainings = {
    first: { items: [training(20, null)], nextCursor: 'older' },
    older: { items: [training(19, OPEN.id)], nextCursor: null },
    finished: { items: [training(19, OPEN.id)], nextCursor: null },
  };
  renderApp(`/projects/${PROJECT}/data/tokenizers`);
  expect(await screen.findByTestId('tokenizer-verdict', undefined, { timeout: 60_000 })).toBeTruthy();
  // Nobody asked for the rest of the list.
  expect(screen.getAllByTestId('tokenizer-training')).toHaveLength(1);
  const panel = within(screen.getByText('Trained or measured on this version').closest('section')!);
  fireEvent.click(panel.getByRole('button', { name: /Show more$/ }));
  await waitFor(() => expect(screen.getAllByTestId('tokenizer-training')).toHaveLength(2));
});

test('whether one is being measured is asked of the server, not of the newest trainings', async () => {
  ofBrought = { measuredOn: null, isBeingMeasured: true };
  renderApp(`/projects/${PROJECT}/data/tokenizers?tokenizer=${idOf(4)}`);
  expect(await screen.findByText(/It is being measured/, undefined, { timeout: 60_000 })).toBeTruthy();
  ofBrought = { measuredOn: VERSION.id };
  await waitFor(() => expect(screen.queryByText(/It is being measured/)).toBeNull(), { timeout: 5000 });
});
