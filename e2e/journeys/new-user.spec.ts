import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { getSession, setPassword } from '@greenlight/shared/across/governance/contract.ts';
import { seededRandom } from '@greenlight/shared/metrics/random.ts';
import { itemPage } from '@greenlight/shared/stages/data/items-contract.ts';
import { signInLinkIn, startProduct, type Product } from '../fixtures/product.ts';
import { keepScreenshot } from '../fixtures/screenshot.ts';

test.use({ locale: 'en-US' });

/** Clicks and entries from the first sign-in to a clean version; somebody who needs more has lost the way. */
const MOST_ACTIONS = 40;

const next = seededRandom(20_261_125);
const choose = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)]!;
const digits = (count: number) => Array.from({ length: count }, () => Math.floor(next() * 10)).join('');
const WORDS = Array.from({ length: 400 }, () =>
  Array.from({ length: 2 + Math.floor(next() * 3) }, () => choose([...'bdfgklmnprst']) + choose([...'aeiou'])).join(''),
);
/** Twelve made-up words: no two of these have much in common. */
const sentence = () => Array.from({ length: 12 }, () => choose(WORDS)).join(' ');

/** A number that passes Luhn's check. */
function bankCard(): string {
  const body = `622202${digits(12)}`;
  const sum = [...body].toReversed().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + String((10 - (sum % 10)) % 10);
}

/** A Chinese identity number whose last character is the check of ISO 7064. */
function identityCard(): string {
  const body = `11010119900307${digits(3)}`;
  const sum = [...body].reduce((total, digit, place) => total + Number(digit) * (2 ** (17 - place) % 11), 0);
  return body + '10X98765432'[sum % 11]!;
}

const PLANTED = { mails: 9, identityCards: 6, bankCards: 5, repetitions: 40, nearRepetitions: 30 };
const fill = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index));
const plain = fill(300, sentence);
const personal = [
  ...fill(PLANTED.mails, (index) => `${sentence()} u${digits(3)}@box${index}.example.org`),
  ...fill(PLANTED.identityCards, () => `${sentence()} ${identityCard()}`),
  ...fill(PLANTED.bankCards, () => `${sentence()} ${bankCard()}`),
];
const repeated = plain.slice(0, PLANTED.repetitions);
const nearlyRepeated = plain.slice(100, 100 + PLANTED.nearRepetitions);
const comments = [...plain, ...personal, ...repeated, ...nearlyRepeated.map((text) => `${text} !`)]
  .map((text) => ({ text, order: next() }))
  .toSorted((one, two) => one.order - two.order)
  .map(({ text }) => text);
const csv = ['comment,label', ...comments.map((text, index) => `${text},${index % 3 === 0 ? 'abuse' : 'fine'}`)];

let product: Product;
let dataDirectory: string;
/** The session of whoever came first. */
let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;
test.beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'greenlight-e2e-'));
  product = await startProduct({ admin: false, dataDirectory });
});
test.afterAll(async () => {
  await product.remove();
});

/** How many planted pairs a version has in two different splits: those are its leaks. */
async function pairsAcrossSplits(page: Page, versionId: string): Promise<number> {
  const splitsOf = new Map<string, string[]>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = new URLSearchParams({ limit: '50', ...(cursor === '' ? {} : { cursor }) });
    const reply = await page.request.get(`${product.url}/api/dataset-versions/${versionId}/items?${query}`);
    const { items, nextCursor } = itemPage.parse(await reply.json());
    for (const { text, split } of items) {
      const key = text.replace(/ !$/, '');
      splitsOf.set(key, [...(splitsOf.get(key) ?? []), split]);
    }
    cursor = nextCursor;
  }
  return [...splitsOf.values()].filter(([first, second]) => second !== undefined && first !== second).length;
}

test('somebody new gets from the first sign-in to an approved requirement, a decided model and a clean version', async ({
  page,
}) => {
  let actions = 0;
  const click = (target: Locator) => {
    actions += 1;
    return target.click();
  };
  const enter = (target: Locator, value: string) => {
    actions += 1;
    return target.fill(value);
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const nextStep = page.getByTestId('next-bar').getByRole('link');

  await page.goto(signInLinkIn(product.output())!);
  await click(button('New project'));
  await enter(page.getByLabel('Name'), 'Comment moderation');
  await enter(page.getByLabel('Goal in one sentence'), 'Find abusive comments before people read them.');
  await click(button('Start the project'));

  await click(page.getByRole('link', { name: 'Write the requirement' }));
  await click(page.getByTestId('start-requirement'));
  const picker = page.getByRole('dialog');
  const moderation = picker.getByRole('radio', { name: 'Content moderation' });
  await click(moderation);
  await expect(moderation).toBeChecked();
  await expect(picker.getByRole('alert')).toHaveCount(0);
  await click(picker.getByRole('button', { name: 'Begin with this' }));
  await expect(page.getByTestId('save-state')).toHaveAttribute('data-state', 'saved');
  await click(page.getByTestId('submit-requirement'));
  const sources = page.getByLabel('Allowed data sources');
  await expect(sources).toBeFocused();
  await enter(sources, 'Comments that readers reported in the last year.');
  await click(page.getByTestId('submit-requirement'));
  await enter(page.getByLabel('Reason'), 'I work alone on this pilot.');
  await click(page.getByTestId('approve-requirement'));
  await expect(page.getByTestId('requirement-state')).toHaveAttribute('data-state', 'approved');

  await click(nextStep);
  // The project was started as text generation; the catalogue shows what its approved requirement asks for.
  await click(button('Add Logistic regression on TF-IDF as candidate'));
  // The second candidate is still on its way to the server: the matrix must not begin without it.
  const isUnderWay = Promise.withResolvers<void>();
  await page.route('**/candidates', async (route) => {
    await isUnderWay.promise;
    await route.continue();
  });
  await click(button('Add Encoder classifier, trained here as candidate'));
  await expect(page.getByTestId('start-selection')).toBeDisabled();
  isUnderWay.resolve();
  await click(page.getByTestId('start-selection'));
  await expect(page.getByTestId('leader')).toContainText('Nothing is scored yet');
  for (const [candidate, recall] of [
    ['Logistic regression on TF-IDF', '0.87'],
    ['Encoder classifier, trained here', '0.93'],
  ] as const) {
    await click(button(`Add score: ${candidate}, Recall (macro)`));
    const editor = page.getByRole('dialog');
    await enter(editor.getByTestId('score'), recall);
    await enter(editor.getByLabel('What it rests on', { exact: true }), 'Tried on 600 of last year’s comments.');
    await click(editor.getByTestId('keep-score'));
    await expect(editor).toBeHidden();
  }
  await enter(page.getByTestId('decide-rationale'), 'It alone finds nine of ten abusive comments.');
  await click(page.getByTestId('decide'));
  await expect(page.getByTestId('decided')).toContainText('Encoder classifier, trained here');

  await click(nextStep);
  await click(button('Add text data'));
  await enter(page.getByLabel('Name of the data set'), 'Comments');
  await click(page.getByText('A file', { exact: true }));
  actions += 1;
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'comments.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) });
  // A file takes a moment to read: who adds it before hears what is missing.
  await expect(page.getByText('390 texts are ready.')).toBeVisible();
  await enter(page.getByLabel('Where the texts come from'), 'Reported comments');
  await enter(page.getByLabel('Licence'), 'Our own');
  await click(button('Add the version'));
  await expect(page.getByRole('heading', { name: 'Comments v1' })).toBeVisible();
  await expect(page).toHaveURL(/version=/);
  const versionId = new URL(page.url()).searchParams.get('version')!;

  await click(page.getByRole('link', { name: 'Prepare' }));
  await click(page.getByTestId('start-preparation'));
  await expect(page.getByTestId('preparation').first()).toHaveAttribute('data-state', 'finished');

  const { mails, identityCards, bankCards, repetitions, nearRepetitions } = PLANTED;
  const withPersonal = mails + identityCards + bankCards;
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  await expect(row('E-mail')).toHaveText(new RegExp(`\\D${mails}\\s*0$`));
  await expect(row('Identity card')).toHaveText(new RegExp(`\\D${identityCards}\\s*0$`));
  await expect(row('Bank card')).toHaveText(new RegExp(`\\D${bankCards}\\s*0$`));
  const sentenceOf = page.getByTestId('outcome-sentence');
  await expect(sentenceOf).toContainText(`${plain.length + personal.length} of ${comments.length} items are left.`);
  await expect(sentenceOf).toContainText(`masked in ${withPersonal} items`);
  await expect(sentenceOf).toContainText(`${repetitions} exact`);
  await expect(sentenceOf).toContainText(`${nearRepetitions} near`);
  const leaks = await pairsAcrossSplits(page, versionId);
  expect(leaks).toBeGreaterThan(5);
  await expect(sentenceOf).toContainText(`${leaks} leaks between its splits were found.`);
  await expect(sentenceOf).toContainText('Nothing leaks into the held-out splits.');
  await page.getByTestId('source-leaks').getByTestId('show-leaks').click();
  const pair = page.getByTestId('leak-examples').locator('tbody tr').first().locator('td');
  const textOf = async (place: number) => (await pair.nth(place).locator('[data-raw]').innerText()).replace(/ !$/, '');
  expect(await textOf(0)).toBe(await textOf(1));
  expect([...repeated, ...nearlyRepeated]).toContain(await textOf(0));
  await keepScreenshot(page, 'new-user-outcome');

  await click(page.getByTestId('open-prepared-version'));
  await expect(page.getByRole('heading', { name: 'Comments v2' })).toBeVisible();
  await expect(page).toHaveURL((url) => ![null, versionId].includes(url.searchParams.get('version')));
  await expect(nextStep).toHaveText('Start a run');
  expect(await pairsAcrossSplits(page, new URL(page.url()).searchParams.get('version')!)).toBe(0);
  expect(actions).toBeLessThanOrEqual(MOST_ACTIONS);
  await keepScreenshot(page, 'new-user-clean-version');
  signedIn = await page.context().storageState();
});

test('the moderation example is made through the product’s own doors, once, and a person approves it', async ({
  browser,
}) => {
  const context = await browser.newContext({ storageState: signedIn });
  const page = await context.newPage();
  const password = 'a-long-one-for-journeys';
  const set = await context.request.post(product.url + setPassword.path, {
    data: { newPassword: password },
    headers: { origin: product.url },
  });
  expect(set.ok()).toBe(true);
  const { account } = getSession.reply!.parse(await (await context.request.get(product.url + getSession.path)).json());

  const script = join(import.meta.dirname, '../../scripts/sample.ts');
  const sample = async (person: Record<string, string>) => {
    const environment: NodeJS.ProcessEnv = { ...process.env, GREENLIGHT_DATA_DIR: dataDirectory, ...person };
    const given = { ...environment, GREENLIGHT_URL: product.url, GREENLIGHT_TOKEN: '' };
    return (await promisify(execFile)(process.execPath, [script, 'comments'], { env: given })).stdout;
  };
  const nobody = { GREENLIGHT_ADMIN_EMAIL: '', GREENLIGHT_ADMIN_PASSWORD: '' };
  expect(await sample(nobody)).toContain('waits for your approval');
  const approved = await sample({ GREENLIGHT_ADMIN_EMAIL: account.email, GREENLIGHT_ADMIN_PASSWORD: password });
  expect(approved).not.toContain('waits for your approval');
  const address = /http\S+\/projects\/[0-9a-f-]{36}/.exec(approved)![0];
  expect(await sample(nobody)).toBe(approved);

  await page.goto(address);
  const stage = (name: string) => page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${name}`) });
  await expect(stage('Requirements')).toContainText('Passed');
  await expect(stage('Data')).toContainText('Passed');
  await expect(page.getByTestId('unmeasured-criteria').getByRole('row')).toHaveCount(7);
  await page.goto(`${address}/selection`);
  await expect(page.getByTestId('selection-state')).toHaveAttribute('data-state', 'draft');
  await expect(page.getByTestId('decision-matrix').getByText('AG News, bigrams')).toBeVisible();
  await keepScreenshot(page, 'moderation-example');
  await context.close();
});
