import '../../../testing/browser-stubs.ts';
import type { MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import { rankingOf } from '@greenlight/shared/stages/selection/ranking.ts';
import { sensitivityOf } from '@greenlight/shared/stages/selection/sensitivity.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App } from 'antd';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import type { SelectionKeeper } from '../draft-keeper.ts';
import { namesOf } from '../matrix-words.ts';
import { DecidePanel } from './decide-panel.tsx';
import { SensitivityPanel } from './sensitivity-panel.tsx';

const candidates = [
  { id: 'a', name: { en: 'Encoder' } },
  { id: 'b', name: { en: 'BERT' } },
];

function matrix(first: number, second: number): MatrixContent {
  const evidence = { kind: 'judgement' as const, text: { en: 'Tried.' } };
  const cell = (candidateId: string, score: number) => ({
    ...{ criterionId: 'recall', candidateId, score, low: null, high: null, items: null, evidence },
  });
  return {
    candidateIds: ['a', 'b'],
    criteria: [
      {
        ...{ id: 'recall', name: { en: 'Recall' }, metric: null, unit: '', direction: 'higher' as const, weight: 1 },
        ...{ scale: { kind: 'anchors' as const, worst: 0, best: 1 }, requirement: null },
      },
    ],
    cells: [cell('a', first), cell('b', second)],
  };
}

const keeper = { flush: async () => true, snapshot: () => ({ revision: 1 }) } as unknown as SelectionKeeper;

function panel(content: MatrixContent) {
  return (
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <DecidePanel
          {...{ projectId: 'p', selectionId: 's', content, keeper, requirementVersion: 1 }}
          ranking={rankingOf(content)}
          names={namesOf(candidates, content.criteria, 'en')}
        />
      </App>
    </QueryClientProvider>
  );
}

const request = vi.fn<typeof fetch>();
const chosen = () => screen.getByTestId('decide-candidate').textContent;
const write = () => fireEvent.change(screen.getByTestId('decide-rationale'), { target: { value: 'It is the best.' } });

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
  sessionStorage.clear();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('between candidates that are level nobody is proposed, and nothing is decided until one is chosen', () => {
  renderPart(panel(matrix(0.9, 0.9)));
  expect(chosen()).not.toMatch(/Encoder|BERT/);
  expect(screen.getByText('The matrix does not decide between Encoder and BERT: choose, and say why.')).toBeTruthy();
  write();
  fireEvent.click(screen.getByTestId('decide'));
  expect(request).not.toHaveBeenCalled();
});

test('reasons that were written for one candidate stay with it when another leads meanwhile, and after a reload', () => {
  const { rerender, unmount } = renderPart(panel(matrix(0.9, 0.8)));
  expect(chosen()).toContain('Encoder');
  write();
  rerender(panel(matrix(0.7, 0.8)));
  expect(chosen()).toContain('Encoder');
  expect(screen.getByTestId('against-ranking')).toBeTruthy();
  unmount();
  renderPart(panel(matrix(0.7, 0.8)));
  expect(chosen()).toContain('Encoder');
});

test('of candidates that are level it is not said that one leads', () => {
  const content = matrix(0.9, 0.9);
  renderPart(
    <SensitivityPanel
      content={content}
      ranking={rankingOf(content)}
      sensitivity={sensitivityOf(content)}
      names={namesOf(candidates, content.criteria, 'en')}
    />,
  );
  expect(screen.getByText(/^Encoder and BERT have the same total/)).toBeTruthy();
  expect(screen.queryByText(/leads/)).toBeNull();
});

test('whoever chooses a leader that is not certain is asked why now, whoever chooses another why not the leader', () => {
  const open: MatrixContent = {
    ...matrix(0.9, 0.8),
    criteria: [...matrix(0.9, 0.8).criteria, { ...matrix(0.9, 0.8).criteria[0]!, id: 'cost', name: { en: 'Cost' } }],
  };
  renderPart(panel(open));
  expect(chosen()).toContain('Encoder');
  expect(screen.getByLabelText(/^It leads, but not for certain: why choose it now/)).toBeTruthy();
  expect(screen.queryByLabelText(/^Why not the leader/)).toBeNull();
  fireEvent.mouseDown(screen.getByTestId('decide-candidate').querySelector('input, .ant-select-content')!);
  fireEvent.click(screen.getAllByTitle('BERT').at(-1)!);
  expect(screen.getByLabelText(/^Why not the leader/)).toBeTruthy();
});

test('where the matrix cannot be saved nothing is decided and the reasons stay', async () => {
  const failing = { ...keeper, flush: vi.fn<() => Promise<boolean>>(async () => false) };
  const content = matrix(0.9, 0.8);
  renderPart(
    <DecidePanel
      {...{ projectId: 'p', selectionId: 's', content, requirementVersion: 1 }}
      keeper={failing as unknown as SelectionKeeper}
      ranking={rankingOf(content)}
      names={namesOf(candidates, content.criteria, 'en')}
    />,
  );
  write();
  fireEvent.click(screen.getByTestId('decide'));
  await waitFor(() => expect(failing.flush).toHaveBeenCalledOnce());
  await waitFor(() => expect(document.querySelector('.ant-btn-loading')).toBeNull());
  expect(request.mock.calls.filter(([, init]) => init?.method === 'POST')).toHaveLength(0);
  expect(screen.getByTestId<HTMLTextAreaElement>('decide-rationale').value).toBe('It is the best.');
});
