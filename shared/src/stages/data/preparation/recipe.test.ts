import { expect, test } from 'vitest';
import { previewRecipe } from './preview.ts';
import { recipe, type Recipe, type RecipeStep } from './recipe.ts';

type GivenStep = { readonly type: RecipeStep['type'] } & Record<string, unknown>;

const parse = (...steps: readonly GivenStep[]) => recipe.parse({ version: 1, steps });

const previewed = (items: Parameters<typeof previewRecipe>[0], given: Recipe) =>
  previewRecipe(items, given, async () => undefined);

async function after(text: string, step: GivenStep): Promise<string | null> {
  const { items } = await previewed([{ text }], parse(step));
  return items[0]!.after?.text ?? null;
}

test.each<[string, GivenStep, string, string | null]>([
  ['composes', { type: 'normalise-unicode', form: 'NFC' }, 'e\u0301 ①', 'é ①'],
  ['makes decorated forms plain', { type: 'normalise-unicode', form: 'NFKC' }, 'Ａ①ﬁ', 'A1fi'],
  ['makes half width', { type: 'width', to: 'half' }, 'Ａ１！　中', 'A1! 中'],
  ['makes full width', { type: 'width', to: 'full' }, 'A1! 中', 'Ａ１！　中'],
  ['collapses white space', { type: 'strip-white-space' }, ' a \n\t b　c ', 'a b c'],
  ['trims alone', { type: 'strip-white-space', collapse: false }, ' a \n b ', 'a \n b'],
  ['removes what cannot be seen', { type: 'remove-control-characters' }, 'a\0\u200bb\tc\nd\ud800\u202ee', 'ab\tc\nde'],
  ['keeps emoji', { type: 'remove-control-characters' }, 'ok 😀', 'ok 😀'],
  [
    'strips tags and reads references',
    { type: 'strip-html' },
    '<p class="a>b">5 &lt; 6 &amp; <b>好</b></p><br/>x&#39;&#x4e2d;',
    "5 < 6 & 好\nx'中",
  ],
  ['strips scripts and comments', { type: 'strip-html' }, 'a<script>if (1<2) x()</script><!-- <b> -->b', 'ab'],
  ['keeps what is no tag', { type: 'strip-html' }, 'a < b and <3 & c', 'a < b and <3 & c'],
  ['lowers', { type: 'lowercase' }, 'ÀB好', 'àb好'],
  ['keeps what is long enough', { type: 'filter-length', minimum: 2, maximum: 3 }, '😀好', '😀好'],
  ['drops what is short', { type: 'filter-length', minimum: 3 }, '😀好', null],
  ['drops what is long in tokens', { type: 'filter-length', unit: 'tokens', maximum: 2 }, 'one two three', null],
  ['keeps Chinese', { type: 'filter-language', keep: ['zh'] }, '你好 world', '你好 world'],
  ['drops what is not Chinese', { type: 'filter-language', keep: ['zh'] }, 'hello world 好', null],
  ['drops Japanese', { type: 'filter-language', keep: ['zh', 'en'] }, 'これは日本語です', null],
  [
    'masks',
    { type: 'personal-data', action: 'mask', kinds: ['phone'] },
    '打13812345678或a@b.com',
    '打[PHONE]或a@b.com',
  ],
  ['drops', { type: 'personal-data', action: 'drop', kinds: ['e-mail'] }, '写信到a@b.com', null],
  ['drops what becomes empty', { type: 'strip-html' }, '<p> </p>', null],
])('%s: %o', async (_, step, text, expected) => {
  expect(await after(text, step)).toBe(expected);
});

test('masks the further columns of an item as well', async () => {
  const { items } = await previewed(
    [{ text: 'x', columns: { contact: '电话13812345678', city: '上海' } }],
    parse({ type: 'personal-data', action: 'mask', kinds: ['phone'] }),
  );
  expect(items[0]!.after).toEqual({ text: 'x', columns: { contact: '电话[PHONE]', city: '上海' } });
});

test('maps labels, takes off, merges, and drops what has none left', async () => {
  const items = [
    { text: '1', labels: ['a', 'b'] },
    { text: '2', labels: ['c'] },
    { text: '3', labels: ['d'] },
    { text: '4' },
  ];
  const mapped = await previewed(
    items,
    parse({ type: 'map-labels', map: { a: 'x', b: 'x', c: null }, dropUnlabelled: true }),
  );
  expect(mapped.items.map((item) => item.after?.labels ?? null)).toEqual([['x'], null, ['d'], null]);
  const others = await previewed(items, parse({ type: 'map-labels', map: { a: 'x' }, others: 'remove' }));
  expect(others.items.map((item) => item.after?.labels)).toEqual([['x'], [], [], undefined]);
});

test('counts what every step saw, changed, dropped and found', async () => {
  const texts = [
    'Ａ 13812345678',
    'a  13812345678',
    'hi',
    'Hello there, my friend!',
    'hello there my friend',
    'x@y.com 13912345678',
  ];
  const { steps, items } = await previewed(
    texts.map((text) => ({ text })),
    parse(
      { type: 'width', to: 'half' },
      { type: 'strip-white-space' },
      { type: 'lowercase' },
      { type: 'filter-length', minimum: 3 },
      { type: 'personal-data', action: 'mask', kinds: ['phone', 'e-mail'] },
      { type: 'drop-exact-duplicates' },
      { type: 'drop-near-duplicates' },
    ),
  );
  expect(steps.map(({ items: seen, changed, dropped }) => [seen, changed, dropped])).toEqual([
    [6, 1, 0],
    [6, 1, 0],
    [6, 2, 0],
    [6, 0, 1],
    [5, 3, 0],
    [5, 0, 1],
    [4, 0, 1],
  ]);
  expect(steps[4]!.findings).toEqual({ phone: 3, 'e-mail': 1 });
  expect(items.map((item) => item.after?.text ?? item.droppedBy)).toEqual([
    'a [PHONE]',
    5,
    3,
    'hello there, my friend!',
    6,
    '[EMAIL] [PHONE]',
  ]);
});

test('items with the same text and other labels are apart where labels are compared', async () => {
  const items = [
    { text: 'a', labels: ['x'] },
    { text: 'a', labels: ['y'] },
    { text: 'a', labels: ['x'] },
  ];
  const dropped = async (compare: string) => {
    const outcome = await previewed(items, parse({ type: 'drop-exact-duplicates', compare }));
    return outcome.items.map(({ after: kept }) => kept === null);
  };
  expect(await dropped('text')).toEqual([false, true, true]);
  expect(await dropped('text-and-labels')).toEqual([false, false, true]);
});

test.each([
  [[{ type: 'unknown' }]],
  [[{ type: 'filter-length', minimum: 5, maximum: 4 }]],
  [[{ type: 'personal-data', action: 'mask', kinds: [] }]],
  [[{ type: 'drop-near-duplicates', similarity: 0.2 }]],
  [Array.from({ length: 31 }, () => ({ type: 'lowercase' }))],
])('refuses a recipe that cannot be meant: %j', (steps) => {
  expect(recipe.safeParse({ version: 1, steps }).success).toBe(false);
});

test.each([
  ['open brackets', '<'],
  ['open tags', '<a '],
  ['open scripts', '<script>'],
  ['ampersands', '&'],
  ['spaces before line ends', ' '],
  ['quotes', '<a b="'],
])('strips 100,000 characters of %s in time that grows with the length', async (_, part) => {
  const text = `<b>${part.repeat(100_000 / part.length)}`;
  const stripped = await after(text, { type: 'strip-html' });
  expect(stripped?.length ?? 0).toBeLessThanOrEqual(text.length);
});

test('further columns are masked by what they are called, in their names too, and a name alone drops nothing', async () => {
  const columns = {
    姓: '张',
    名: '伟',
    联系电话: '6234 5678',
    'jo@example.com': 'yes',
    'al@example.com': 'no',
    colour: 'red',
  };
  const step = (action: string) => parse({ type: 'personal-data', action, kinds: ['name', 'phone', 'e-mail'] });
  const { steps, items } = await previewed([{ text: 'hello', columns }], step('mask'));
  expect(items[0]!.after).toEqual({
    text: 'hello',
    columns: { 姓: '[NAME]', 名: '[NAME]', 联系电话: '[PHONE]', '[EMAIL]': 'yes', '[EMAIL] 2': 'no', colour: 'red' },
  });
  expect(steps[0]!.findings).toEqual({ name: 2, phone: 1, 'e-mail': 2 });
  const dropped = await previewed([{ text: 'hello', columns }], step('drop'));
  expect(dropped.items[0]!.droppedBy).toBe(0);
  const called = { 'jo@example.com': 'yes' };
  const kept = await previewed([{ text: 'hello', columns: called }], step('drop'));
  expect(kept.items[0]!.after).toEqual({ text: 'hello', columns: { '[EMAIL]': 'yes' } });
});

test('gives way between the items of each step', async () => {
  let turns = 0;
  await previewRecipe([{ text: 'a' }, { text: 'b' }], parse({ type: 'lowercase' }, { type: 'lowercase' }), async () => {
    turns++;
  });
  expect(turns).toBe(4);
});
