import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { ADMIN, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';
import { startTrainedProduct } from '../fixtures/trained.ts';

let product: Product;

test.use({ locale: 'en-US' });
test.beforeAll(async () => {
  product = await startTrainedProduct();
});
test.afterAll(async () => {
  await product.remove();
});

const WORDS = ['parcel', 'refund', 'colour', 'screen', 'price', 'invoice', 'courier', 'battery', 'manual', 'discount'];
/** Thirty comments that have little in common. */
const COMMENTS = WORDS.flatMap((word, index) => [
  `My ${word} from ${WORDS.at(index - 3)} street never came`,
  `${index} of us like that ${word} with its ${WORDS.at(index - 5)}`,
  `Why does the ${word} mention a ${WORDS.at(index - 7)}?`,
]);

/** A file as a spreadsheet saves it, every other row labelled "rude". */
const csvOf = (texts: readonly string[]) =>
  ['comment,label', ...texts.map((text, index) => `"${text}",${index % 2 === 0 ? 'ok' : 'rude'}`)].join('\r\n');

/** A tokenizer.json as Hugging Face's library writes one: BERT's, with a token for each letter. */
const TOKENS = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  ...[...'abcdefghijklmnopqrstuvwxyz0123456789?.'].flatMap((letter) => [letter, `##${letter}`]),
];
const LETTERS = {
  version: '1.0',
  added_tokens: TOKENS.slice(0, 4).map((content, id) => ({
    ...{ id, content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false },
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: null,
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100 },
    vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
  },
};

/** Signs in, starts a project and opens its data page; answers the project's address. */
async function openData(page: Page, name: string, goal: string): Promise<string> {
  await page.goto(`${product.url}/sign-in`);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto(`${product.url}/projects`);
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Goal in one sentence').fill(goal);
  await page.getByRole('button', { name: 'Start the project' }).click();
  await expect(page).toHaveURL(/projects\/[0-9a-f-]{36}/);
  const [project] = /^.*projects\/[0-9a-f-]{36}/.exec(page.url())!;
  await page.goto(`${project}/data`);
  return project;
}

test('a CSV file with personal data and near-repetitions becomes a clean version that says what was done', async ({
  page,
}) => {
  await openData(page, 'Comment moderation', 'Find abusive comments before people read them.');

  const planted = ['Write to maria.lopez@mail.example before Friday, she knows the answer', `${COMMENTS[3]} !`];
  await page.getByRole('button', { name: 'Add text data' }).click();
  await page.getByLabel('Name of the data set').fill('Comments');
  await page.getByText('A file', { exact: true }).click();
  const bring = (content: string) =>
    page
      .locator('input[type=file]')
      .setInputFiles({ name: 'c.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  await bring('comment,label\nThis one, is torn,ok\n');
  await expect(page.getByTestId('file-problem')).toContainText('Line 2, byte');
  await keepScreenshot(page, 'file-problem');
  await bring(csvOf([...COMMENTS, ...planted]));
  await expect(page.getByTestId('file-ready')).toHaveText('32 texts are ready.');
  await expect(page.getByTestId('file-sample').getByRole('row').nth(1)).toContainText(/street never came.*ok/);
  await keepScreenshot(page, 'file-mapping');
  await page.getByLabel('Where the texts come from').fill('Written for this journey');
  await page.getByLabel('Licence').fill('Our own');
  await page.getByRole('button', { name: 'Add the version' }).click();
  await expect(page.getByRole('heading', { name: 'Comments v1' })).toBeVisible();

  await page.getByRole('link', { name: 'Prepare' }).click();
  const preview = page.getByTestId('recipe-preview');
  await expect(preview).toContainText('Tried on all 32 items; 31 would be left.');
  await expect(preview).toContainText('[EMAIL]');
  await expect(page.getByText('maria.lopez@mail.example')).toHaveCount(0);
  await keepScreenshot(page, 'preparation-preview');
  await page.getByRole('button', { name: 'Remove: Personal data' }).click();
  await expect(preview).not.toContainText('[EMAIL]');
  await page.reload();
  await expect(preview).toContainText('[EMAIL]');
  await page.getByTestId('start-preparation').click();
  await expect(page.getByTestId('preparation').first()).toHaveAttribute('data-state', 'finished');
  const row = (name: string) => page.getByTestId('step-counts').getByRole('row', { name: new RegExp(`^${name}`) });
  await expect(row('Personal data')).toHaveText(/32\s*1\s*0\s*32$/);
  await expect(row('Drop near-duplicates')).toHaveText(/32\s*0\s*1\s*31$/);
  await expect(page.getByText('No item of a held-out split')).toBeVisible();
  await keepScreenshot(page, 'preparation-outcome');

  await page.getByTestId('open-prepared-version').click();
  await expect(page.getByRole('heading', { name: 'Comments v2' })).toBeVisible();
  await expect(page.getByText('maria.lopez@mail.example')).toHaveCount(0);
  await keepScreenshot(page, 'prepared-version');
  const prepared = page.url();

  await page.getByTestId('open-tokenizers').click();
  // The page before counts characters too, and stays until this one is here.
  const wish = page.locator('form').filter({ has: page.getByTestId('train-tokenizer') });
  await wish.getByText('Characters', { exact: true }).click();
  await wish.getByTestId('train-tokenizer').click();
  const training = page.getByTestId('tokenizer-training');
  await expect(training).toHaveAttribute('data-state', 'finished');
  await expect(page.getByTestId('tokenizer-verdict')).toContainText('every text fits into 128 tokens');
  await page.getByTestId('try-text').fill('Zoo 动物');
  await expect(page.getByTestId('tried-tokens')).toHaveText('<unk>oo <unk><unk>');
  await keepScreenshot(page, 'tokenizer');
  await page.getByTestId('train-with-tokenizer').click();
  await expect(page.locator('.ant-select').filter({ hasText: /Comments v2$/ })).toHaveCount(2);
  await page.goBack();
  // One brought along is measured, and a classifier is trained with its tokens to the end.
  await page.getByTestId('tokenizer-file').setInputFiles({
    name: 'letters.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(LETTERS)),
  });
  await page.getByTestId('upload-tokenizer').click();
  const uploaded = page.getByTestId('uploaded-tokenizer').filter({ hasText: 'letters.json' });
  await expect(uploaded).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('tokenizer-verdict')).toContainText('every text fits into 128 tokens');
  await page.getByTestId('train-with-tokenizer').click();
  await expect(page.getByTestId('preset')).toContainText('Encoder classifier');
  await page.getByLabel('Epochs').fill('1');
  await page.getByTestId('start-run').click();
  await expect(page.getByTestId('run-tokenizer')).toContainText(`WordPiece (as BERT), ${TOKENS.length} tokens`);
  await expect(page.getByTestId('run-state')).toHaveAttribute('data-state', 'finished');

  await page.goto(prepared);
  await page.getByTestId('open-data-history').click();
  await expect(page.getByTestId('lineage').getByRole('listitem')).toHaveCount(2);
  const change = (name: string) => page.getByTestId('comparison').getByRole('row', { name: new RegExp(`^${name}`) });
  await expect(change('Removed')).toContainText('[EMAIL]');
  await expect(page.getByText('maria.lopez@mail.example')).toHaveCount(0);
  await keepScreenshot(page, 'data-history');

  // A file of two parts, with a connection that is lost between them.
  await page.goto(`${/^.*projects\/[0-9a-f-]{36}/.exec(page.url())![0]}/data/uploads`);
  const isLater = (url: URL) => url.pathname.endsWith('/parts') && url.searchParams.get('offset') !== '0';
  await page.route(isLater, (request) => request.abort('internetdisconnected'));
  const lines = Array.from({ length: 2_500 }, (_, line) => {
    const words = Array.from({ length: 300 }, (__, place) => WORDS[(line * 7 + place * place * (line + 3)) % 10]);
    return `"${line} ${words.join(' ')}",${line % 2 === 0 ? 'ok' : 'rude'},${line % 10 === 0 ? 'test' : 'train'}`;
  });
  const large = Buffer.from(['comment,label,split', ...lines].join('\r\n'));
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'Large comments.csv', mimeType: 'text/csv', buffer: large });
  const entry = page.getByTestId('upload');
  await expect(entry).toHaveAttribute('data-phase', 'waiting');
  await expect(entry).toContainText(/Connection lost\. \d+ % is safe on the server/);
  await keepScreenshot(page, 'upload-waiting');
  await page.unroute(isLater);
  await expect(entry).toHaveAttribute('data-phase', 'complete');
  // The same file again is known, and read at once.
  await page.reload();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'Large comments.csv', mimeType: 'text/csv', buffer: large });
  await expect(page).toHaveURL(/source=/);
  await expect(page.getByTestId('file-sample').getByRole('row').nth(1)).toContainText('ok');
  await expect(page.getByLabel('Name of the data set')).toHaveValue('Large comments');
  await keepScreenshot(page, 'upload-mapping');
  await page.getByLabel('Where the texts come from').fill('Written for this journey');
  await page.getByLabel('Licence').fill('Our own');
  await page.getByRole('button', { name: 'Add the version' }).click();
  await expect(page.getByTestId('preparation').first()).toContainText('Large comments');
  await expect(page.getByTestId('preparation').first()).toHaveAttribute('data-state', 'finished');
  await page.getByTestId('preparation').first().getByRole('link').click();
  await page.getByTestId('open-prepared-version').click();
  await expect(page.getByRole('heading', { name: 'Large comments v1' })).toBeVisible();
});

test('an archive becomes a gallery of images, free of leaks, out of which a person can be erased', async ({ page }) => {
  const project = await openData(page, 'Pets', 'Tell cats from dogs.');
  await page.goto(`${project}/data/uploads`);
  // Two images of a cat, the same in train and test, one of a dog, and one in a folder with a person's address.
  await page.locator('input[type=file]').setInputFiles(join(import.meta.dirname, '../fixtures/Pets.zip'));
  await page
    .getByTestId('upload')
    .filter({ hasText: 'Pets.zip' })
    .getByRole('link', { name: 'Make a data version' })
    .click();
  await page.getByLabel('Where the images come from').fill('Drawn for this journey');
  await page.getByLabel('Licence').fill('Our own');
  await page.getByRole('button', { name: 'Add the version' }).click();
  const newest = page.getByTestId('preparation').first();
  await expect(newest).toContainText('Pets');
  await expect(newest).toHaveAttribute('data-state', 'finished');
  await newest.getByRole('link').click();
  await expect(page.getByTestId('source-leaks')).toBeVisible();
  await expect(page.getByRole('button', { name: /^Remove: / })).toHaveText(['✕']);
  await page.getByTestId('start-preparation').click();
  const dropping = page.getByTestId('step-counts').getByRole('row').nth(1);
  await expect(dropping).toHaveText(/4\s*0\s*1\s*3$/);
  await page.getByTestId('open-prepared-version').click();
  await page.getByTestId('open-data-items').click();
  const shown = page.locator('[data-testid=thumbnail][data-shown]');
  await expect(shown).toHaveCount(3);
  await keepScreenshot(page, 'gallery');
  const gallery = page.url();
  await page.goto(`${project}/data/erasures`);
  await page.getByTestId('identifier-0').fill('wang.lei@mail.example');
  await page.getByTestId('erase-reason').fill('Asked to be forgotten');
  await page.getByTestId('erase-look').click();
  await page.getByTestId('erase-confirm').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Erase for good' }).click();
  await expect(page.getByTestId('erasure-state')).toHaveAttribute('data-state', 'finished');
  await page.goto(gallery);
  await expect(page.getByRole('alert')).toContainText('was deleted');
  await expect(shown).toHaveCount(0);
  await page.goto(`${project}/data`);
  await page.getByTestId('open-data-items').click();
  await expect(shown).toHaveCount(2);
  await expect(page.getByTestId('items')).not.toContainText('[EMAIL]');
});
