import '../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ReadOn } from './read-on.tsx';

const read = vi.fn<(cursor: string | undefined) => { items: string[]; nextCursor: string | null }>();
const PAGES = infiniteQueryOptions({
  queryKey: ['pages'],
  queryFn: async ({ pageParam }) => read(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  retry: false,
});

function List() {
  const list = useInfiniteQuery(PAGES);
  return (
    <>
      {list.data?.pages
        .flatMap(({ items }) => items)
        .map((item) => (
          <p key={item}>{item}</p>
        ))}
      <ReadOn list={list} />
    </>
  );
}

afterEach(() => read.mockReset());

test.each<[Language, string, RegExp, RegExp]>([
  ['en', 'The rest could not be read.', /^Show more$/, /^Try again$/],
  ['zh', '其余内容无法读取。', /^显示更多$/, /^重\s?试$/],
])(
  'a page that cannot be read is said, and read when somebody tries again (%s)',
  async (language, said, more, again) => {
    translationsIn(language);
    let fails = true;
    read.mockImplementation((cursor) => {
      if (cursor === undefined) return { items: ['new'], nextCursor: 'older' };
      if (fails) throw new ApiError({ code: 'internal', status: 500, message: '' });
      return { items: ['old'], nextCursor: null };
    });
    renderPart(<List />);
    const button = await screen.findByRole('button', { name: more });
    button.focus();
    fireEvent.click(button);
    expect(await screen.findByText(said)).toBeTruthy();
    const retry = screen.getByRole('button', { name: again });
    expect(document.activeElement).toBe(retry);
    fails = false;
    fireEvent.click(retry);
    expect(await screen.findByText('old')).toBeTruthy();
    await waitFor(() => expect(screen.queryByText(said)).toBeNull());
    expect(screen.getByText('new')).toBeTruthy();
    expect(read.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, 'older', 'older']);
  },
);
