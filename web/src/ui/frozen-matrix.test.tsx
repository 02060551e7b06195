import '../testing/browser-stubs.ts';
import type { FrozenMatrix } from '@greenlight/shared/stages/selection/contract.ts';
import type { ScoreEvidence } from '@greenlight/shared/stages/selection/matrix.ts';
import { rankingOf } from '@greenlight/shared/stages/selection/ranking.ts';
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderLinked } from '../testing/render-linked.tsx';
import { translationsIn } from '../testing/translations.ts';
import { FrozenMatrixTable } from './frozen-matrix.tsx';

const EVIDENCE: ScoreEvidence[] = [
  { kind: 'evaluation', text: { en: 'Run' }, evaluationId: 'e1' },
  { kind: 'model-file-evaluation', text: { en: 'guard.onnx' }, jobId: 'j1' },
  { kind: 'url', text: { en: 'Leaderboard' }, url: 'https://example.com/board' },
  { kind: 'catalogue', text: { en: 'Paper' }, architecture: 'bert-base' },
];

test('the evidence of every frozen score can still be opened, and a candidate says what exactly was weighed', async () => {
  translationsIn('en');
  const candidates = EVIDENCE.map((_, index) => ({ id: `c${index}`, name: { en: `Candidate ${index}` } }));
  const content = {
    candidateIds: candidates.map(({ id }) => id),
    criteria: [
      {
        ...{ id: 'recall', name: { en: 'Recall' }, metric: null, unit: '', direction: 'higher' as const, weight: 1 },
        ...{ scale: { kind: 'anchors' as const, worst: 0, best: 1 }, requirement: null },
      },
    ],
    cells: EVIDENCE.map((evidence, index) => ({
      ...{ criterionId: 'recall', candidateId: `c${index}`, score: 0.5, low: null, high: null, items: null, evidence },
      ...{ setBy: 'pm', setAt: '2026-01-01T00:00:00.000Z' },
    })),
  };
  const matrix: FrozenMatrix = {
    version: 1,
    candidates: candidates.map((one) => ({
      ...one,
      ...{ kind: 'endpoint', architecture: null, archivedAt: null, reference: `https://${one.id}.example · guard` },
    })),
    criteria: content.criteria,
    cells: content.cells,
    ranking: rankingOf(content) as FrozenMatrix['ranking'],
    sensitivity: null,
  };
  renderLinked(<FrozenMatrixTable projectId="p" matrix={matrix} />);
  const links = await screen.findAllByRole('link');
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    '/projects/p/evaluation/evaluations/e1',
    '/projects/p/evaluation/evaluations/j1',
    'https://example.com/board',
    '/projects/p/selection?view=catalogue&architecture=bert-base',
  ]);
  // As it was written: more digits would claim what nobody said.
  expect(screen.getAllByText('0.5')).toHaveLength(4);
  expect(screen.getAllByText(/\.example · guard$/)).toHaveLength(4);
});
