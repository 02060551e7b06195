import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import {
  approveRequirement,
  discardRequirementDraft,
  getCurrentRequirement,
  getRequirement,
  listRequirements,
  saveRequirementDraft,
  sendBackRequirement,
  startRequirementDraft,
  submitRequirement,
  withdrawRequirement,
  type Requirement,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { ADMIN, startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { moderation, recall } from '../../testing/requirements.ts';
import { seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

const newProject = async (caller: Caller = admin) =>
  (
    await caller.call(createProject, {
      body: { name: 'Moderation', goal: { en: 'Keep abuse out.' }, problemType: 'text-classification' },
    })
  ).id;

const at = ({ id, revision }: Requirement, more: object = {}) => ({
  params: { requirementId: id },
  body: { revision, ...more },
});

async function draftWith(
  caller: Caller,
  projectId: string,
  content: RequirementContent = moderation(),
  basedOn: number | null = null,
): Promise<Requirement> {
  const started = await caller.call(startRequirementDraft, { params: { projectId }, body: { basedOn } });
  return caller.call(saveRequirementDraft, at(started, { content }));
}

async function refusal(caller: Caller, route: Route, input: { params: Record<string, string>; body?: unknown }) {
  const { status, body } = await caller.ask(route, input);
  return { status, code: body.error.code, details: body.error.details };
}

/** A project with somebody who writes and somebody who approves. */
async function team(name: string) {
  const projectId = await newProject();
  const writer = await addPerson(installation, `${name}-writer@example.com`, { projectId, roles: ['product-manager'] });
  const approver = await addPerson(installation, `${name}-approver@example.com`, { projectId, roles: ['approver'] });
  return { projectId, writer, approver };
}

describe('the life of a version', () => {
  test('begins with what the project says, is saved, reviewed, sent back, approved, and copied by the next', async () => {
    const { projectId, writer, approver } = await team('life');
    // A project without one is no error: pages read it before anybody has written anything.
    expect(await writer.call(getCurrentRequirement, { params: { projectId } })).toBeNull();
    const started = await writer.call(startRequirementDraft, { params: { projectId }, body: { basedOn: null } });
    expect(started).toMatchObject({
      version: 1,
      state: 'draft',
      revision: 1,
      goal: { en: 'Keep abuse out.' },
      problemType: 'text-classification',
      criteria: [],
    });
    const content = moderation();
    const saved = await writer.call(saveRequirementDraft, at(started, { content }));
    expect(saved).toMatchObject({ ...content, revision: 2, edited: { actor: 'life-writer@example.com' } });
    const submitted = await writer.call(submitRequirement, at(saved));
    const back = await approver.call(sendBackRequirement, at(submitted, { reason: 'Say what precision costs us.' }));
    expect(back.state).toBe('draft');
    const again = await writer.call(submitRequirement, at(back));
    const approved = await approver.call(approveRequirement, at(again, { reason: 'Agreed with legal.' }));
    expect(approved).toMatchObject({ state: 'approved', approvedAt: expect.any(String) });
    expect(approved.events.map(({ kind, actor, reason, selfApproved }) => [kind, actor, reason, selfApproved])).toEqual(
      [
        ['started', 'life-writer@example.com', null, false],
        ['submitted', 'life-writer@example.com', null, false],
        ['sent-back', 'life-approver@example.com', 'Say what precision costs us.', false],
        ['submitted', 'life-writer@example.com', null, false],
        ['approved', 'life-approver@example.com', 'Agreed with legal.', false],
      ],
    );
    const next = await writer.call(startRequirementDraft, { params: { projectId }, body: { basedOn: 1 } });
    expect(next).toMatchObject({ ...content, version: 2, state: 'draft', basedOn: 1 });
    expect(await writer.call(getCurrentRequirement, { params: { projectId } })).toEqual(next);
    const { items } = await writer.call(listRequirements, { params: { projectId }, query: { limit: '1' } });
    expect(items.map(({ version }) => version)).toEqual([2]);
    const { items: audited } = await installation.services.audit.list(undefined, 50);
    const actions = audited.filter(({ target }) => target === `requirement:${approved.id}`).map(({ action }) => action);
    expect(actions.toReversed()).toEqual(
      ['started', 'submitted', 'sent-back', 'submitted', 'approved'].map((act) => `requirement.${act}`),
    );
  });

  test('one draft may be open, and it rests on the version that its author saw', async () => {
    const { projectId, writer } = await team('open');
    const start = (basedOn: number | null) =>
      writer.ask(startRequirementDraft, { params: { projectId }, body: { basedOn } });
    expect((await start(3)).body.error.code).toBe('conflict');
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => start(null)))).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect((await start(1)).body.error.code).toBe('draft-open');
    const draft = (await writer.call(getCurrentRequirement, { params: { projectId } }))!;
    await writer.call(discardRequirementDraft, at(draft));
    expect(await refusal(writer, getRequirement, { params: { requirementId: draft.id } })).toMatchObject({
      status: 404,
    });
    expect((await start(null)).status).toBe(201);
  });

  test('a version in review can be taken back by its authors, and is not edited meanwhile', async () => {
    const { projectId, writer } = await team('withdraw');
    const submitted = await writer.call(submitRequirement, at(await draftWith(writer, projectId)));
    expect(await refusal(writer, saveRequirementDraft, at(submitted, { content: moderation() }))).toMatchObject({
      status: 409,
      code: 'wrong-requirement-state',
    });
    expect((await writer.call(withdrawRequirement, at(submitted))).state).toBe('draft');
  });

  test('what is incomplete is not reviewed, and says what is missing', async () => {
    const { projectId, writer } = await team('incomplete');
    const content = moderation([recall({ level: 'should', reason: { en: ' ' } })]);
    const draft = await draftWith(writer, projectId, { ...content, users: { zh: '' } });
    const { status, code, details } = await refusal(writer, submitRequirement, at(draft));
    expect([status, code]).toEqual([422, 'invalid-requirement']);
    const { fields } = details as { fields: { field: string }[] };
    expect(fields.map(({ field }) => field)).toEqual(['users', 'criteria.0.reason', 'criteria']);
  });

  test('impossible criteria are refused with the reason in both languages, and nothing of the save is kept', async () => {
    const { projectId, writer } = await team('impossible');
    const draft = await draftWith(writer, projectId);
    const [one, other] = [recall({ threshold: 0.95 }), recall({ operator: '<=', threshold: 0.8 })];
    const content = { ...moderation([one, other]), goal: { en: 'Changed' } };
    const { status, code, details } = await refusal(writer, saveRequirementDraft, at(draft, { content }));
    expect([status, code]).toEqual([422, 'invalid-requirement']);
    expect(details).toMatchObject({
      fields: [
        {
          code: 'contradiction',
          field: 'criteria.1.threshold',
          criterionId: other.id,
          conflictsWith: one.id,
          message: { en: expect.stringContaining('0.95'), zh: expect.stringContaining('矛盾') },
        },
      ],
    });
    expect(await writer.call(getRequirement, { params: { requirementId: draft.id } })).toEqual(draft);
  });
});

describe('two people at once', () => {
  test('of two saves from the same revision one wins, and the other learns whose version was kept', async () => {
    const { projectId, writer } = await team('saves');
    const second = await addPerson(installation, 'second@example.com', { projectId, roles: ['product-manager'] });
    const draft = await draftWith(writer, projectId);
    const save = (caller: Caller, goal: string) =>
      caller.ask(saveRequirementDraft, at(draft, { content: { ...moderation(), goal: { en: goal } } }));
    const answers = await Promise.all([save(writer, 'Mine'), save(second, 'Theirs')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const kept = await writer.call(getRequirement, { params: { requirementId: draft.id } });
    expect(kept.revision).toBe(draft.revision + 1);
    const lost = answers.find(({ status }) => status === 409)!.body.error;
    expect(lost).toMatchObject({ code: 'edited-meanwhile', details: { revision: kept.revision, edited: kept.edited } });
    expect(kept.goal.en).toBe(kept.edited?.actor === 'second@example.com' ? 'Theirs' : 'Mine');
  });

  test('a version that was changed after the approver opened it is not approved unseen', async () => {
    const { projectId, writer, approver } = await team('unseen');
    const submitted = await writer.call(submitRequirement, at(await draftWith(writer, projectId)));
    const back = await writer.call(withdrawRequirement, at(submitted));
    const content = moderation([recall({ threshold: 0.5 })]);
    await writer.call(submitRequirement, at(await writer.call(saveRequirementDraft, at(back, { content }))));
    expect(await refusal(approver, approveRequirement, at(submitted))).toMatchObject({ code: 'edited-meanwhile' });
  });
});

describe('who may do what', () => {
  test('a product manager writes, an approver decides, neither does the other’s part', async () => {
    const { projectId, writer, approver } = await team('roles');
    const engineer = await addPerson(installation, 'roles-engineer@example.com', { projectId, roles: ['engineer'] });
    const draft = await draftWith(writer, projectId);
    for (const caller of [approver, engineer]) {
      expect(await refusal(caller, saveRequirementDraft, at(draft, { content: moderation() }))).toMatchObject({
        status: 403,
      });
      expect(await refusal(caller, submitRequirement, at(draft))).toMatchObject({ status: 403 });
    }
    const submitted = await writer.call(submitRequirement, at(draft));
    for (const caller of [writer, engineer]) {
      expect(await refusal(caller, approveRequirement, at(submitted))).toMatchObject({ status: 403 });
      expect(await refusal(caller, sendBackRequirement, at(submitted, { reason: 'no' }))).toMatchObject({
        status: 403,
      });
    }
  });

  test('the project becomes of the kind that its approved requirement names, and not before', async () => {
    const body = { name: 'Posts', goal: { en: 'Keep abuse out.' }, problemType: 'text-generation' };
    const projectId = (await admin.call(createProject, { body })).id;
    const kind = async () => (await admin.call(getProject, { params: { projectId } })).problemType;
    const submitted = await admin.call(submitRequirement, at(await draftWith(admin, projectId)));
    expect(await kind()).toBe('text-generation');
    await admin.call(approveRequirement, at(submitted, { reason: 'Alone.' }));
    expect(await kind()).toBe('text-classification');
  });

  test('nobody approves their own work, whatever roles they hold, not even an admin', async () => {
    const { projectId, writer, approver } = await team('own');
    const both = await addPerson(installation, 'own-both@example.com', {
      projectId,
      roles: ['product-manager', 'approver'],
    });
    const submittedByBoth = await both.call(submitRequirement, at(await draftWith(writer, projectId)));
    expect(await refusal(both, approveRequirement, at(submittedByBoth))).toMatchObject({
      status: 403,
      code: 'own-work',
    });
    const back = await approver.call(sendBackRequirement, at(submittedByBoth, { reason: 'again' }));
    const edited = await both.call(saveRequirementDraft, at(back, { content: moderation() }));
    const submitted = await writer.call(submitRequirement, at(edited));
    expect(await refusal(both, approveRequirement, at(submitted))).toMatchObject({ code: 'own-work' });
    const withdrawn = await writer.call(withdrawRequirement, at(submitted));
    const byAdmin = await admin.call(submitRequirement, at(withdrawn));
    expect(await refusal(admin, approveRequirement, at(byAdmin))).toMatchObject({ code: 'own-work' });
    const { items } = await installation.services.audit.list(undefined, 1);
    expect(items[0]).toMatchObject({ actor: ADMIN.email, action: 'requirement.own-approval-refused' });
    expect((await approver.call(approveRequirement, at(byAdmin))).state).toBe('approved');
  });
});

describe('an approved version is frozen', () => {
  test('no route changes it', async () => {
    const { projectId, writer, approver } = await team('frozen');
    const submitted = await writer.call(submitRequirement, at(await draftWith(writer, projectId)));
    const approved = await approver.call(approveRequirement, at(submitted));
    const attempts: [Caller, Route, object][] = [
      [writer, saveRequirementDraft, { content: moderation([]) }],
      [writer, discardRequirementDraft, {}],
      [writer, submitRequirement, {}],
      [writer, withdrawRequirement, {}],
      [approver, sendBackRequirement, { reason: 'no' }],
      [approver, approveRequirement, {}],
    ];
    for (const [caller, route, more] of attempts)
      expect(await refusal(caller, route, at(approved, more)), route.id).toMatchObject({
        code: 'wrong-requirement-state',
      });
    expect(await writer.call(getRequirement, { params: { requirementId: approved.id } })).toEqual(approved);
  });

  test('nor does a statement in the database', async () => {
    const { projectId } = await seededProject(admin);
    const { database } = installation;
    const approved = (await admin.call(getCurrentRequirement, { params: { projectId } }))!;
    const requirementId = approved.id;
    const attempts: (() => Promise<unknown>)[] = [
      () => database.requirement.update({ where: { id: requirementId }, data: { state: 'draft' } }),
      () => database.requirement.update({ where: { id: requirementId }, data: { goal: { en: 'Other' } } }),
      () => database.requirement.delete({ where: { id: requirementId } }),
      () => database.criterion.updateMany({ where: { requirementId }, data: { threshold: 0 } }),
      () => database.criterion.deleteMany({ where: { requirementId } }),
      () => database.criterion.create({ data: { ...recall(), requirementId, position: 99 } }),
      () => database.requirementEvent.updateMany({ where: { requirementId }, data: { actor: 'somebody' } }),
      () => database.requirementEvent.deleteMany({ where: { requirementId } }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow();
    expect(await admin.call(getCurrentRequirement, { params: { projectId } })).toEqual(approved);
  });

  test('it goes with its project alone', async () => {
    const projectId = await newProject();
    const submitted = await admin.call(submitRequirement, at(await draftWith(admin, projectId)));
    const { id } = await admin.call(approveRequirement, at(submitted, { reason: 'Alone.' }));
    await installation.database.project.delete({ where: { id: projectId } });
    expect(await installation.database.requirement.findUnique({ where: { id } })).toBeNull();
  });
});
