import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { previewRecipeOnVersion } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let projectId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  projectId = (await seededProject(admin)).projectId;
});
afterAll(() => installation.close());

async function versionOf(name: string, train: string[]): Promise<string> {
  const about = { datasetName: { en: name }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 1 };
  const body = { ...about, content: { train, validation: [], test: [] } };
  return (await admin.call(createTextDatasetVersion, { params: { projectId }, body })).id;
}

const preview = (datasetVersionId: string, steps: object[], seed = 1) =>
  admin.call(previewRecipeOnVersion, {
    params: { datasetVersionId },
    body: { recipe: { version: 1, steps }, seed },
  });
const shown = (pieces: readonly { text: string; isChanged: boolean }[]) =>
  pieces.map(({ text, isChanged }) => (isChanged ? `{${text}}` : text)).join('');

const MASK = { type: 'personal-data', action: 'mask', kinds: ['e-mail'] };

test('each step is shown on examples whose personal data cannot be read, and counted exactly where all items are looked at', async () => {
  const texts = [
    'Write  to maria.lopez@mail.example now',
    'Call 13812345678',
    'hi',
    'The parcel came',
    'The parcel came',
  ];
  const version = await versionOf('Small', texts);
  const steps = [
    { type: 'strip-white-space' },
    MASK,
    { type: 'filter-length', minimum: 3 },
    { type: 'drop-exact-duplicates' },
  ];
  const found = await preview(version, steps);
  expect(JSON.stringify(found)).not.toMatch(/maria|13812345678/);
  expect(found).toMatchObject({ total: 5, sampled: 5, left: 3 });
  expect(found.steps.map(({ changed, dropped }) => [changed, dropped])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
  expect(found.steps[1]!.estimate).toEqual({
    changed: { value: 1, low: 1, high: 1 },
    dropped: { value: 0, low: 0, high: 0 },
  });
  const [example] = found.steps[1]!.examples;
  expect([shown(example!.before), shown(example!.after ?? [])]).toEqual([
    'Write to {▮▮▮} now',
    'Write to {[EMAIL]} now',
  ]);
  expect(found.steps[2]!.examples).toMatchObject([{ before: [{ text: 'hi', isChanged: false }], after: null }]);
  // In another order the same steps see other items.
  const turned = await preview(version, steps.toReversed());
  expect(turned.steps[0]).toMatchObject({ type: 'drop-exact-duplicates', items: 5, dropped: 1 });
});

test('a large version is looked at in drawn places, and the estimates hold what is there', async () => {
  const texts = Array.from({ length: 60_000 }, (_, place) => {
    const text = `${'of some length '.repeat(4)} item ${place}`;
    return place % 10 === 3 ? `${text} someone${place}@mail.example` : text;
  });
  const version = await versionOf('Large', texts);
  const [one, same, other] = [
    await preview(version, [MASK]),
    await preview(version, [MASK]),
    await preview(version, [MASK], 2),
  ];
  expect(one.total).toBe(60_000);
  expect(one.sampled).toBeGreaterThan(1500);
  expect(one.sampled).toBeLessThanOrEqual(2000);
  expect(same).toEqual(one);
  expect(other.steps[0]!.examples).not.toEqual(one.steps[0]!.examples);
  for (const { steps } of [one, other]) {
    const { low, high } = steps[0]!.estimate!.changed;
    expect(low).toBeLessThan(6000);
    expect(high).toBeGreaterThan(6000);
    expect(high - low).toBeLessThan(3000);
  }
  const repeated = await preview(version, [{ type: 'drop-near-duplicates' }]);
  expect(repeated.steps[0]!.estimate).toBeNull();
});
