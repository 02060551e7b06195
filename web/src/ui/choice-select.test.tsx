import '../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { useChoices } from '../api/use-choices.ts';
import { renderPart } from '../testing/render.tsx';
import { translationsIn } from '../testing/translations.ts';
import { ChoiceSelect } from './choice-select.tsx';

interface Page {
  items: string[];
  nextCursor: string | null;
}

const read = vi.fn<(cursor: string | undefined) => Page>();
const NEWEST: Page = { items: ['new'], nextCursor: 'older' };
const OLDER: Page = { items: ['old'], nextCursor: null };
const RETRY = { en: 'Try again', zh: /^重\s?试$/ };
const NONE = { en: 'Nothing of that name.', zh: '没有找到。' };

const PAGES = infiniteQueryOptions({
  queryKey: ['pages'] as unknown[],
  queryFn: async ({ pageParam }) => read(pageParam),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ nextCursor }: Page) => nextCursor ?? undefined,
  retry: false,
});

function Chooser() {
  const choices = useChoices(PAGES);
  const options = (choices.items ?? []).map((value) => ({ value, label: value }));
  return <ChoiceSelect choices={choices} options={options} />;
}

const fail = (status = 500): never => {
  throw new ApiError({ code: 'internal', status, message: '' });
};
const field = () => screen.getByRole('combobox');
const older = () => screen.findByText('old', { selector: '.ant-select-item-option-content' });

async function lookForOlder(): Promise<void> {
  renderPart(<Chooser />);
  await waitFor(() => expect(read).toHaveBeenCalledOnce());
  fireEvent.mouseDown(field());
  await screen.findByText('new', { selector: '.ant-select-item-option-content' });
  fireEvent.change(field(), { target: { value: 'old' } });
}

beforeEach(() => {
  translationsIn('en');
});
afterEach(() => read.mockReset());

test.each<[Language, string]>([
  ['en', 'The rest could not be read.'],
  ['zh', '其余内容无法读取。'],
])('an older page that cannot be read is said, and read when somebody tries again (%s)', async (language, sentence) => {
  translationsIn(language);
  let fails = true;
  read.mockImplementation((cursor) => (cursor === undefined ? NEWEST : fails ? fail() : OLDER));
  await lookForOlder();
  expect(await screen.findByText(sentence)).toBeTruthy();
  expect(screen.queryByText(NONE[language])).toBeNull();
  fails = false;
  fireEvent.click(screen.getByRole('button', { name: RETRY[language] }));
  expect(await older()).toBeTruthy();
  expect(screen.queryByText(sentence)).toBeNull();
  expect(read.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, 'older', 'older']);
});

test('opening the choice again tries again as well', async () => {
  let fails = true;
  read.mockImplementation((cursor) => (cursor === undefined ? NEWEST : fails ? fail() : OLDER));
  await lookForOlder();
  await screen.findByText('The rest could not be read.');
  fails = false;
  fireEvent.keyDown(field(), { key: 'Escape', keyCode: 27 });
  await waitFor(() => expect(field().getAttribute('aria-expanded')).toBe('false'));
  fireEvent.mouseDown(field());
  expect(await older()).toBeTruthy();
});

test('a list of which nothing could be read does not seem empty', async () => {
  read.mockImplementation(() => fail());
  renderPart(<Chooser />);
  await waitFor(() => expect(read).toHaveBeenCalledOnce());
  fireEvent.mouseDown(field());
  expect(await screen.findByText('The rest could not be read.')).toBeTruthy();
  expect(screen.queryByText(NONE.en)).toBeNull();
});

test('a list that was read to its end says that nothing has the name', async () => {
  read.mockImplementation((cursor) => (cursor === undefined ? NEWEST : OLDER));
  await lookForOlder();
  await older();
  fireEvent.change(field(), { target: { value: 'other' } });
  expect(await screen.findByText(NONE.en)).toBeTruthy();
});
