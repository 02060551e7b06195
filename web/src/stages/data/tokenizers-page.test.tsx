import '../../testing/browser-stubs.ts';
import type { Tokenizer } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const idOf = (number: number) => `01a20a76-a2a3-7a62-8176-${String(number).padStart(12, '0')}`;
const VERSION = datasetVersionNamed(idOf(0), 'Texts');
const at = '2026-01-01T00:00:00.000Z';
const learned = (number: number, size: number, datasetVersionId = VERSION.id): Tokenizer => ({
  ...{ id: idOf(number), projectId: PROJECT, datasetVersionId, datasetName: VERSION.datasetName, version: 1 },
  settings: { kind: 'bpe', vocabularySize: size, lowercase: false, stripAccents: false },
  ...{ upload: null, size, sha256: 'a'.repeat(64), sizeBytes: 1, deletedAt: null, createdAt: at },
});
const brought = (number: number, fileName: string): Tokenizer => ({
  ...learned(number, 300),
  ...{ datasetVersionId: null, datasetName: null, version: null },
  upload: { fileName, runSha256: 'b'.repeat(64), hasMovedIds: false },
});
const OPEN = learned(1, 500);
const measured = { ...OPEN, measuredOn: VERSION.id, splits: [], personalTokens: 0, frequentTokens: [], runs: [] };
/** What lies behind each cursor: in the project, and of what was brought along. */
const ALL: Record<string, unknown> = {
  first: { items: [OPEN, learned(2, 600, idOf(99))], nextCursor: 'older' },
  older: { items: [learned(3, 700), brought(4, 'own.json')], nextCursor: null },
};
const UPLOADS: Record<string, unknown> = {
  first: { items: [brought(5, 'newest.json')], nextCursor: 'older' },
  older: { items: [brought(4, 'own.json')], nextCursor: null },
};

afterEach(() => vi.unstubAllGlobals());

test('an open tokenizer is compared with any of its version, and any that was brought along, however old', async () => {
  translationsIn('en');
  stubServer((url) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const pages = searchParams.get('uploads') === 'only' ? UPLOADS : ALL;
    if (pathname.endsWith(`/projects/${PROJECT}/tokenizers`)) return pages[searchParams.get('cursor') ?? 'first'];
    if (pathname.endsWith(`/projects/${PROJECT}/dataset-versions`)) return { items: [VERSION], nextCursor: null };
    if (pathname.endsWith('/tokenizer-trainings')) return { items: [], nextCursor: null };
    return pathname.endsWith(`/tokenizers/${OPEN.id}`) ? measured : undefined;
  });
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
