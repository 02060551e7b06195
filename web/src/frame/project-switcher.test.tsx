import '../testing/browser-stubs.ts';
import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectSummary } from '@greenlight/shared/projects/contract.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderApp, stubServer } from '../testing/render-app.tsx';
import { translationsIn } from '../testing/translations.ts';

const at = '2026-01-01T00:00:00.000Z';
const idOf = (number: number) => `01a20a76-a2a3-7a62-8176-${String(number).padStart(12, '0')}`;
const project = (number: number, name: ProjectSummary['localizedName']): ProjectSummary => ({
  ...{ id: idOf(number), name: name?.en ?? '', localizedName: name, goal: { en: 'g' }, roles: ['viewer'] },
  ...{ problemType: 'text-generation', runs: 0, activeRuns: 0, createdAt: at, changedAt: at },
});
/** Five pages of projects, of which the last one has a name that people look for. */
const PAGES = 5;
const PAGE_SIZE = 100;
const COUNT = PAGES * PAGE_SIZE;
const all = Array.from({ length: COUNT }, (_, index) =>
  project(
    index,
    index === COUNT - 1 ? { en: 'Whale songs', zh: '鲸歌' } : { en: `Project ${index}`, zh: `项目${index}` },
  ),
);
const asked: string[] = [];
let answers: (from: number) => unknown;

beforeEach(() => {
  asked.length = 0;
  answers = (from) => {
    const next = from + PAGE_SIZE;
    return { items: all.slice(from, next), nextCursor: next < COUNT ? String(next) : null };
  };
  stubServer((url) => {
    if (!url.includes('/api/projects?limit=100')) return undefined;
    asked.push(url);
    return answers(Number(new URL(url, 'http://localhost').searchParams.get('cursor') ?? 0));
  });
});
afterEach(() => vi.unstubAllGlobals());

const switcher = (label: string) => screen.findByRole('combobox', { name: label }, { timeout: 60_000 });
const option = (name: string) =>
  screen.findByText(name, { selector: '.ant-select-item-option-content' }, { timeout: 60_000 });

test.each<[Language, string, string, string]>([
  ['en', 'Project', 'WHALE', 'Whale songs'],
  ['zh', '项目', '鲸', '鲸歌'],
])(
  'a project beyond the first hundreds is found by its name, with keys alone (%s)',
  async (language, label, typed, name) => {
    translationsIn(language);
    const { router } = renderApp('/projects');
    const field = await switcher(label);
    // Nothing is read for whoever does not switch.
    expect(asked).toEqual([]);
    field.focus();
    fireEvent.change(field, { target: { value: typed } });
    await option(name);
    expect(asked).toHaveLength(PAGES);
    fireEvent.keyDown(field, { key: 'Enter', keyCode: 13 });
    await waitFor(() => expect(router.state.location.pathname).toBe(`/projects/${idOf(COUNT - 1)}`));
  },
);

test.each<[Language, string, string, string]>([
  ['en', 'Project', 'The first 100. Scroll on, or type to look for others.', 'The rest could not be read.'],
  ['zh', '项目', '这里是前 100 项。继续向下滚动，或输入文字查找其余的。', '其余内容无法读取。'],
])('says how many are shown, and that further ones could not be read (%s)', async (language, label, more, unread) => {
  translationsIn(language);
  renderApp('/projects');
  const field = await switcher(label);
  const answer = answers;
  answers = (from) => (from === 0 ? answer(from) : Response.json({}, { status: 500 }));
  fireEvent.mouseDown(field);
  expect(await screen.findByText(more)).toBeTruthy();
  fireEvent.change(field, { target: { value: '499' } });
  expect(await screen.findByText(unread)).toBeTruthy();
  answers = answer;
  fireEvent.change(field, { target: { value: '498' } });
  fireEvent.click(screen.getByRole('button', { name: /^(Try again|重\s?试)$/ }));
  await option(language === 'en' ? 'Project 498' : '项目498');
});
