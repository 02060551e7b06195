import '../testing/browser-stubs.ts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ReadOn } from '../ui/read-on.tsx';
import { ApiError } from './api-error.ts';
import { useMovingPages } from './use-moving-pages.ts';

interface Row {
  readonly id: number;
  readonly isMoving: boolean;
}

const LIMIT = 2;
let rows: Row[];
let asked: (string | undefined)[];
let fails: boolean;

const PAGES = infiniteQueryOptions({
  queryKey: ['rows'] as unknown[],
  queryFn: async ({ pageParam }) => {
    asked.push(pageParam);
    if (fails && pageParam !== undefined) throw new ApiError({ code: 'internal', status: 500, message: '' });
    const older = rows.filter(({ id }) => pageParam === undefined || id < Number(pageParam));
    const items = older.slice(0, LIMIT);
    return { items, nextCursor: older.length > LIMIT ? String(items.at(-1)?.id) : null };
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  retry: false,
});

function List() {
  const { list, end } = useMovingPages(PAGES, {
    idOf: ({ id }: Row) => String(id),
    moves: (items) => items.some(({ isMoving }) => isMoving),
    everyMs: 20,
  });
  const shown = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <p data-testid="rows">{shown.map(({ id, isMoving }) => `${id}${isMoving ? '…' : ''}`).join(' ')}</p>
      <ReadOn list={end} />
    </>
  );
}

const shown = () => screen.getByTestId('rows').textContent;
const shows = (text: string) => waitFor(() => expect(shown()).toBe(text));
const readOn = async () => fireEvent.click(await screen.findByRole('button', { name: 'Show more' }));
const rest = () => new Promise((resolve) => setTimeout(resolve, 200));

beforeEach(() => {
  translationsIn('en');
  rows = [5, 4, 3, 2, 1].map((id) => ({ id, isMoving: false }));
  asked = [];
  fails = false;
});

test('only the page with a row that moves is read again, until it rests', async () => {
  rows[3] = { id: 2, isMoving: true };
  renderPart(<List />);
  await shows('5 4');
  await readOn();
  await shows('5 4 3 2…');
  asked = [];
  await waitFor(() => expect(asked.length).toBeGreaterThan(3));
  expect(new Set(asked)).toEqual(new Set(['4']));
  rows[3] = { id: 2, isMoving: false };
  await shows('5 4 3 2');
  asked = [];
  await rest();
  expect(asked).toEqual([]);
});

test('a row that came meanwhile moves no other out of the list, nor into it twice', async () => {
  rows[0] = { id: 5, isMoving: true };
  renderPart(<List />);
  await shows('5… 4');
  await readOn();
  await shows('5… 4 3 2');
  rows = [{ id: 6, isMoving: true }, ...rows];
  await shows('6… 5… 4 3');
  await readOn();
  await waitFor(() => expect(shown()).toBe('6… 5… 4 3 2 1'));
});

test('that the next page could not be read stands there while what moves is read again', async () => {
  rows[0] = { id: 5, isMoving: true };
  renderPart(<List />);
  await shows('5… 4');
  fails = true;
  await readOn();
  expect(await screen.findByText('The rest could not be read.')).toBeTruthy();
  asked = [];
  await waitFor(() => expect(asked.length).toBeGreaterThan(3));
  rows[0] = { id: 5, isMoving: false };
  await shows('5 4');
  expect(screen.getByText('The rest could not be read.')).toBeTruthy();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await shows('5 4 3 2');
  expect(screen.queryByText('The rest could not be read.')).toBeNull();
});
