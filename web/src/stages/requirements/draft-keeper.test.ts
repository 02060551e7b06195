import '../../testing/browser-stubs.ts';
import type { Requirement, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configureClient } from '../../api/client.ts';
import { requirementVersion } from '../../testing/requirement-version.ts';
import type { KeeperSurroundings } from '../../api/draft-keeper.ts';
import { keptEdits, RequirementKeeper } from './draft-keeper.ts';

const request = vi.fn<typeof fetch>();
const version = requirementVersion();

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  configureClient({ language: () => 'en', onSignedOut: () => undefined });
  localStorage.clear();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

/** A keeper whose timer the test rings itself. */
function keeperOf(given: Requirement = version) {
  let planned: (() => void) | undefined;
  const later: KeeperSurroundings<Requirement>['later'] = (task) => {
    planned = task;
    return () => (planned = undefined);
  };
  const onSaved = vi.fn<(saved: Requirement) => void>();
  const keeper = new RequirementKeeper(given, null, { later, onSaved });
  return { keeper, onSaved, isPlanned: () => planned !== undefined };
}

const withGoal = (goal: string): RequirementContent => ({
  ...keeperOf().keeper.snapshot().content,
  goal: { en: goal },
});
const answer = (goal: string, revision: number) => Response.json({ ...version, goal: { en: goal }, revision });
const refusal = (code: string, status: number, details: unknown = null) =>
  Response.json({ error: { code, message: '', details } }, { status });
const sent = () =>
  request.mock.calls
    .filter(([, init]) => init?.method === 'PUT')
    .map(([, init]) => JSON.parse(init?.body as string) as { revision: number; content: RequirementContent });

test('an edit is kept in the browser at once and at the server soon, and then forgotten by the browser', async () => {
  const { keeper, onSaved, isPlanned } = keeperOf();
  keeper.edit(withGoal('One'));
  keeper.edit(withGoal('Two'));
  expect([keeper.snapshot().state, isPlanned()]).toEqual(['waiting', true]);
  expect(keptEdits(version)?.content.goal).toEqual({ en: 'Two' });
  request.mockResolvedValueOnce(answer('Two', 4));
  expect(await keeper.flush()).toBe(true);
  expect(sent().map(({ revision, content }) => [revision, content.goal.en])).toEqual([[3, 'Two']]);
  expect(keeper.snapshot()).toMatchObject({ state: 'saved', revision: 4 });
  expect(keptEdits(version)).toBeNull();
  expect(onSaved).toHaveBeenCalledOnce();
});

test('criteria that cannot hold, and numbers not yet typed, are kept but not sent', async () => {
  const { keeper } = keeperOf();
  const { content } = keeper.snapshot();
  for (const threshold of [1.5, NaN]) {
    keeper.edit({ ...content, criteria: content.criteria.map((criterion) => ({ ...criterion, threshold })) });
    expect(keeper.snapshot().state).toBe('incomplete');
    expect(await keeper.flush()).toBe(false);
    expect(keptEdits(version)?.content.criteria[0]?.threshold).toBe(threshold);
  }
  expect(request).not.toHaveBeenCalled();
});

test('without a network the edit stays in the browser, is tried again, and a reload offers it', async () => {
  const { keeper, isPlanned } = keeperOf();
  keeper.edit(withGoal('In the tunnel'));
  request.mockRejectedValueOnce(new TypeError('no network'));
  expect(await keeper.flush()).toBe(false);
  expect([keeper.snapshot().state, isPlanned()]).toEqual(['offline', true]);
  expect(keptEdits(version)).toMatchObject({ content: { goal: { en: 'In the tunnel' } }, revision: 3 });
  request.mockResolvedValueOnce(answer('In the tunnel', 4));
  expect(await keeper.flush()).toBe(true);
});

test('a save whose answer was lost is recognised as one’s own, also when more was written since', async () => {
  const { keeper } = keeperOf();
  keeper.edit(withGoal('First'));
  request.mockRejectedValueOnce(new TypeError('the answer was lost'));
  await keeper.flush();
  keeper.edit(withGoal('Second'));
  request.mockResolvedValueOnce(refusal('edited-meanwhile', 409, { revision: 4 }));
  request.mockResolvedValueOnce(answer('First', 4));
  request.mockResolvedValueOnce(answer('Second', 5));
  expect(await keeper.flush()).toBe(true);
  expect(keeper.snapshot()).toMatchObject({ state: 'saved', revision: 5, content: { goal: { en: 'Second' } } });
  expect(sent().map(({ revision }) => revision)).toEqual([3, 3, 4]);
});

test('somebody else’s save stops the saving until a choice, and choosing one’s own saves over theirs', async () => {
  const { keeper } = keeperOf();
  keeper.edit(withGoal('Mine'));
  request.mockResolvedValueOnce(refusal('edited-meanwhile', 409, { revision: 9, edited: { actor: 'b@example.com' } }));
  request.mockResolvedValueOnce(answer('Theirs', 9));
  await keeper.flush();
  expect(keeper.snapshot()).toMatchObject({ state: 'overtaken', error: { details: { revision: 9 } } });
  keeper.edit(withGoal('Mine, longer'));
  expect(await keeper.flush()).toBe(false);
  expect(sent()).toHaveLength(1);
  keeper.saveOver(9);
  request.mockResolvedValueOnce(answer('Mine, longer', 10));
  expect(await keeper.flush()).toBe(true);
  expect(sent().at(-1)).toMatchObject({ revision: 9, content: { goal: { en: 'Mine, longer' } } });
});

test('what was written while a save was on its way is sent after it', async () => {
  const { keeper } = keeperOf();
  let reply: (response: Response) => void = () => undefined;
  request.mockReturnValueOnce(new Promise((resolve) => (reply = resolve)));
  keeper.edit(withGoal('One'));
  const first = keeper.flush();
  keeper.edit(withGoal('Two'));
  request.mockResolvedValueOnce(answer('Two', 5));
  const second = keeper.flush();
  reply(answer('One', 4));
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(sent().map(({ revision, content }) => [revision, content.goal.en])).toEqual([
    [3, 'One'],
    [4, 'Two'],
  ]);
});

test('a refusal of another kind is told, and spoiled storage is no edit', async () => {
  const { keeper } = keeperOf();
  keeper.edit(withGoal('Mine'));
  request.mockResolvedValueOnce(refusal('wrong-requirement-state', 409));
  await keeper.flush();
  expect(keeper.snapshot()).toMatchObject({ state: 'refused', error: { code: 'wrong-requirement-state' } });
  localStorage.setItem(`greenlight.requirement-draft.${version.id}`, '{"content":');
  expect(keptEdits(version)).toBeNull();
});
