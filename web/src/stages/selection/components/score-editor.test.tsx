import '../../../testing/browser-stubs.ts';
import type { MeasuredSource } from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import { screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { ScoreEditor } from './score-editor.tsx';

const idOf = (number: number) => `01a20a76-a2a3-7a62-8176-${String(number).padStart(12, '0')}`;
const criterion: MatrixCriterion = {
  ...{ id: idOf(1), name: { en: 'Loss' }, metric: 'loss', unit: '', direction: 'lower', weight: 1 },
  ...{ scale: { kind: 'range' }, requirement: null },
};
const source = (number: number, name: string, metric: string): MeasuredSource => ({
  ...{ kind: 'evaluation', id: idOf(number), name: { en: name }, modelFileId: null, sameAsTraining: false },
  ...{ at: '2026-01-01T00:00:00.000Z', values: [{ metric, value: 1.5, low: 1.4, high: 1.6, items: 100 }] },
});
const cell: CellInput = {
  ...{ criterionId: criterion.id, candidateId: idOf(2), score: 1.5, low: 1.4, high: 1.6, items: 100 },
  evidence: { kind: 'evaluation', text: { en: '' }, evaluationId: idOf(9) },
};

afterEach(() => vi.unstubAllGlobals());

test('the evaluation that a score rests on stands there by its name, however many have been made since', async () => {
  translationsIn('en');
  vi.stubGlobal('fetch', async (url: string) =>
    Response.json(
      url.includes('cursor=older')
        ? { items: [source(9, 'The old one', 'loss')], nextCursor: null }
        : { items: [source(8, 'The new one', 'loss'), source(7, 'Another', 'f1-macro')], nextCursor: 'older' },
    ),
  );
  const column = { id: idOf(2), name: 'Ours', architecture: null };
  const close = () => undefined;
  renderPart(<ScoreEditor projectId="p" {...{ criterion, column, cell }} onSave={close} onClose={close} />);
  expect(await screen.findByText(/^The old one/)).toBeTruthy();
});
