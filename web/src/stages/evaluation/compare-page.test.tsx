import '../../testing/browser-stubs.ts';
import type { ComparedValue, EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { comparedNumber, comparisonOf } from '../../testing/comparison.ts';
import { criterionVerdict } from '../../testing/criterion-verdict.ts';
import { datasetVersionNamed } from '../../testing/dataset-version.ts';
import { evaluationOf } from '../../testing/evaluation.ts';
import { renderApp, stubServer } from '../../testing/render-app.tsx';
import { translationsIn } from '../../testing/translations.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c30';
const [A, B, C] = ['1', '2', '3'].map((end) => `01a20a76-a2a3-7a62-8176-708ce0b86c4${end}`) as [string, string, string];
const PATIENCE = { timeout: 60_000 };
const asked: URL[] = [];
let areItemsKept: boolean;
let change: (comparison: EvaluationComparison) => EvaluationComparison;

/** F1 differs, the loss does not, and the first alone has a gap between slices. */
function comparisonOfIds(ids: readonly string[]): EvaluationComparison {
  const others = ids.slice(1);
  const cells = (metric: string, said: Parameters<typeof comparedNumber>[2]) => [
    comparedNumber(metric, 0.8, null),
    ...others.map((_, place): ComparedValue => comparedNumber(metric, 0.85 + place / 100, said)),
  ];
  const comparison = comparisonOf(PROJECT, ids, [
    { metric: 'loss', cells: cells('loss', 'no-difference-shown') },
    { metric: 'f1-macro', cells: cells('f1-macro', 'better') },
    { metric: 'calibration-error', cells: cells('calibration-error', 'worse') },
    { metric: 'slice-gap', cells: [comparedNumber('slice-gap', 0.1, null), ...others.map(() => null)] },
    { metric: 'accuracy', task: 'tone', cells: cells('accuracy', 'no-interval') },
  ]);
  const changed = { onlyBaseline: 3, onlyThis: 9, pValue: 0.146 };
  return {
    ...comparison,
    answers: [
      { task: null, changed: [null, ...others.map(() => changed)] },
      { task: 'tone', changed: ids.map(() => null) },
    ],
  };
}

function itemsPage(url: URL) {
  const numbers = url.searchParams.get('numbers')!.split(',').map(Number);
  const items = numbers.map((number) => {
    return { number, split: 'test', text: `text ${number}`, isCut: false, labels: ['spam'], personalData: [] };
  });
  return { items, nextCursor: null, searched: 9, total: 9 };
}

beforeEach(() => {
  translationsIn('en');
  asked.length = 0;
  areItemsKept = true;
  change = (comparison) => comparison;
  stubServer((address) => {
    const url = new URL(address, 'http://localhost');
    asked.push(url);
    const { pathname, searchParams } = url;
    if (pathname.endsWith('/evaluation-comparison'))
      return change(comparisonOfIds(searchParams.get('ids')!.split(',')));
    if (pathname.endsWith('/evaluation-comparison/items') && !areItemsKept)
      return { numbers: null, total: 0, nextAfter: null };
    if (pathname.endsWith('/evaluation-comparison/items'))
      return searchParams.get('after') === '0'
        ? { numbers: [4, 7], total: 3, nextAfter: 7 }
        : { numbers: [11], total: 3, nextAfter: null };
    if (pathname.endsWith('/evaluation-comparison/texts'))
      return areItemsKept
        ? {
            texts: [
              { number: 9, before: 2, after: 3.5 },
              { number: 4, before: 1, after: 1.25 },
            ],
            total: 2,
          }
        : { texts: null, total: 0 };
    if (pathname.endsWith('/items')) return itemsPage(url);
    const [, kind, id = ''] = /\/api\/(evaluations|dataset-versions)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === 'evaluations') {
      const point = { area: 0.9, x: [0, 1], y: [0, 1], weight: null };
      const criterion = { threshold: 0.82 };
      return {
        ...evaluationOf(PROJECT, id),
        verdicts: [criterionVerdict({ verdict: id === A ? 'fail' : 'pass', criterion })],
        curves: [{ kind: 'roc-micro', ...point }],
        samples: [
          { step: 1, prompt: 'Hello', text: `Hello from ${id.slice(-1)}`, at: '2026-01-01T00:00:00.000Z' },
        ].concat(id === A ? [{ step: 1, prompt: 'Bye', text: 'Bye', at: '2026-01-01T00:00:00.000Z' }] : []),
      };
    }
    return kind === 'dataset-versions' ? { ...datasetVersionNamed(id, 'Texts'), preview: [] } : undefined;
  });
});
afterEach(() => vi.unstubAllGlobals());

function open(ids: readonly string[], more = '') {
  return renderApp(`/projects/${PROJECT}/evaluation/compare?ids=${ids.join(',')}${more}`);
}
const verdict = () => screen.findByTestId('comparison-verdict', {}, PATIENCE);
const rowOf = (metric: string) => within(document.querySelector<HTMLElement>(`tr[data-metric="${metric}"]`)!);
const columns = () => screen.getAllByTestId('compared').map((head) => head.querySelector('a')!.textContent);

test('each number says what is shown of it, in words, shape and colour, with the difference within its interval', async () => {
  open([A, B]);
  expect((await verdict()).textContent).toBe(
    '#10 is better than #9 in F1 (macro), worse in Calibration error; in 1 other metric no difference is shown; 1 metric cannot be compared.',
  );
  const said = rowOf('f1-macro').getByTestId('said');
  expect(said.textContent).toBe('▲ better');
  expect(said.className).toContain('mark-pass');
  expect(rowOf('f1-macro').getByText('+0.020 (+0.010 to +0.030)')).toBeTruthy();
  expect(rowOf('calibration-error').getByTestId('said').textContent).toBe('▼ worse');
  expect(rowOf('calibration-error').getByText('−0.020 (−0.030 to −0.010)')).toBeTruthy();
  expect(rowOf('loss').getByTestId('said').textContent).toBe('= no difference shown');
  expect(rowOf('slice-gap').getByText('not measured')).toBeTruthy();
  expect(rowOf('accuracy').getByText('difference without interval')).toBeTruthy();
  expect(screen.getByRole('rowheader', { name: 'tone' })).toBeTruthy();
  expect(screen.getAllByText('Texts v2')).toHaveLength(2);
});

test('a number that a criterion uses carries its threshold and the verdict on each evaluation', async () => {
  open([A, B]);
  await verdict();
  expect(rowOf('f1-macro').getByText('Must ≥ 0.82')).toBeTruthy();
  expect(rowOf('f1-macro').getByText('Fail', { exact: false })).toBeTruthy();
  expect(rowOf('f1-macro').getByText('Pass', { exact: false })).toBeTruthy();
  expect(rowOf('loss').queryByText('Pass', { exact: false })).toBeNull();
});

test('another column becomes the baseline, and one is taken away, by the address', async () => {
  const { router } = open([A, B, C]);
  await verdict();
  expect(columns()).toEqual(['#9', '#10', '#11']);
  fireEvent.click(screen.getByRole('button', { name: 'Make #11 the baseline' }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ ids: [C, A, B].join(',') }));
  await waitFor(() =>
    expect(asked.some(({ searchParams }) => searchParams.get('ids') === [C, A, B].join(','))).toBe(true),
  );
  await waitFor(() => expect(columns()[0]).toBe('#9'));
  await waitFor(() => expect(document.activeElement?.getAttribute('href')).toContain(`/evaluations/${C}`));
  fireEvent.click(screen.getAllByTestId('remove')[2]!);
  await waitFor(() => expect(router.state.location.search).toMatchObject({ ids: [C, A].join(',') }));
  await waitFor(() => expect(screen.queryAllByTestId('remove')).toEqual([]));
});

test('items that changed are counted with their test and open with their texts, those that were lost first', async () => {
  const { router } = open([A, B]);
  await verdict();
  const [first, ofTask] = screen.getAllByTestId('changed-answers');
  expect(first!.textContent).toContain('3 items that #9 answered right are wrong now; 9 the other way round');
  expect(first!.textContent).toContain(
    'McNemar’s exact test, p = 0.15: equally good models come out like this often enough',
  );
  expect(ofTask!.textContent).toContain('Not known');
  fireEvent.click(screen.getByRole('link', { name: 'Show the 3 that are wrong now' }));
  expect(await screen.findByText('text 4', {}, PATIENCE)).toBeTruthy();
  expect(router.state.location.search).toMatchObject({ changed: B, direction: 'worse' });
  expect(screen.getByText('2 of 3 items, with personal data masked.')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByText('text 11', {}, PATIENCE)).toBeTruthy();
  const query = asked.find(({ pathname }) => pathname.endsWith('/evaluation-comparison/items'))!.searchParams;
  expect(Object.fromEntries(query)).toMatchObject({ baseline: A, evaluation: B, direction: 'worse' });
});

test('items that were not kept are said to be unknown, and an address opens those of a further task', async () => {
  areItemsKept = false;
  open([A, B], `&changed=${B}&task=tone&direction=better`);
  expect(await screen.findByText(/Which items these are was not kept/, {}, PATIENCE)).toBeTruthy();
  expect(screen.getByText('#9 answered these wrong, #10 right.')).toBeTruthy();
  const query = asked.find(({ pathname }) => pathname.endsWith('/evaluation-comparison/items'))!.searchParams;
  expect(Object.fromEntries(query)).toMatchObject({ task: 'tone', direction: 'better' });
});

test('of models that write text, those texts open that one predicts worse, the one that moved most first', async () => {
  change = ({ rows, ...rest }) => {
    const memorisation = { metric: 'memorisation', task: null, cells: rows[0]!.cells };
    return { ...rest, rows: [...rows, memorisation], answers: [] };
  };
  open([A, B]);
  await verdict();
  fireEvent.click(screen.getByRole('link', { name: 'Texts that #10 predicts worse' }));
  await screen.findByText('text 9', {}, PATIENCE);
  const rows = within(screen.getByTestId('items')).getAllByRole('row').slice(1);
  expect(rows.map(({ textContent }) => textContent)).toEqual(['9text 92.0003.500', '4text 41.0001.250']);
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});

test('texts whose losses were not kept are said to be unknown', async () => {
  areItemsKept = false;
  change = ({ rows, ...rest }) => ({
    ...rest,
    rows: rows.map((row) => ({ ...row, metric: row.metric === 'f1-macro' ? 'memorisation' : row.metric })),
    answers: [],
  });
  open([A, B], `&changed=${B}&direction=better`);
  await screen.findByText(/^#10 predicts these better than #9/, {}, PATIENCE);
  expect(await screen.findByText(/^Not known: it measured other texts/, {}, PATIENCE)).toBeTruthy();
});

test('what is drawn and written stands side by side', async () => {
  open([A, B]);
  await verdict();
  expect(screen.getByTestId('chart-compared-roc')).toBeTruthy();
  const samples = within(screen.getByTestId('compared-samples'));
  expect(samples.getAllByRole('cell').map(({ textContent }) => textContent)).toEqual(['Hello from 1', 'Hello from 2']);
  expect(screen.getByText('1 prompt that not all of them were given is left out.')).toBeTruthy();
});

test.each([
  [
    'other-items',
    'compared-other-items',
    'Measured on other items than the baseline #9: #10',
    'Evaluate on the same data as the baseline, Texts v2, test items',
  ],
  [
    'not-kept',
    'compared-not-kept',
    'Not to be compared with the baseline #9, because one of the two was measured too early: #10',
    'Start such a run again with the same settings',
  ],
] as const)('why nothing can be said stands on top, with what to do: %s', async (reason, testId, title, text) => {
  change = ({ evaluations, rows, ...rest }) => ({
    ...rest,
    evaluations: evaluations.map((one) => (one.id === B ? { ...one, datasetVersionId: C } : one)),
    rows: rows.map((row) => ({
      ...row,
      cells: [row.cells[0]!, comparedNumber(row.metric, 0.5, reason)],
    })),
  });
  open([A, B]);
  expect((await verdict()).textContent).toContain('Whether #10 or #9 is better cannot be said');
  const notice = screen.getByTestId(testId).textContent;
  expect(notice).toContain(title);
  expect(notice).toContain(text);
  expect(screen.queryAllByTestId('said')).toEqual([]);
});

test('what was measured on training items is no evidence, and says where to read what to do', async () => {
  const seenInTraining = { texts: 200, exact: 3, elsewhere: 0, near: 0, isDataGone: false, origin: null };
  change = (comparison) => ({
    ...comparison,
    evaluations: comparison.evaluations.map((one) =>
      one.id === B ? { ...one, sameAsTraining: true, seenInTraining } : one,
    ),
  });
  open([A, B]);
  expect((await verdict()).textContent).toContain('of what was measured for #10, some was also trained on');
  const notice = within(screen.getByTestId('compared-seen'));
  expect(notice.getByText(/^#10: 3 of 200 texts were also trained on/)).toBeTruthy();
  expect(notice.getByRole('link').getAttribute('href')).toContain(`/evaluation/evaluations/${B}`);
});

test.each([
  ['one evaluation', [A], 'needs at least two evaluations'],
  ['the same one twice', [A, A], 'needs at least two evaluations'],
  ['what is no id', ['x', 'y'], 'needs at least two evaluations'],
  [
    'more than eight',
    Array.from({ length: 9 }, (_, place) => `${A.slice(0, -1)}${place}`),
    'names 9 evaluations, and 8 is the most',
  ],
] as const)('an address with %s leads to the list', async (_, ids, said) => {
  open(ids);
  expect(await screen.findByText(new RegExp(said), {}, PATIENCE)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Go to the list of evaluations' })).toBeTruthy();
  expect(asked.some(({ pathname }) => pathname.includes('comparison'))).toBe(false);
});

test('an evaluation of another project is said to be missing', async () => {
  change = () => Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 }) as never;
  open([A, B]);
  expect(await screen.findByText(/is not in this project, or no longer/, {}, PATIENCE)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Go to the list of evaluations' }).getAttribute('href')).toBe(
    `/projects/${PROJECT}/evaluation`,
  );
});
