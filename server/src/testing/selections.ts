import { createProject } from '@greenlight/shared/projects/contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { addCandidate, type Candidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { saveSelection, startSelection, type Selection } from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput, MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Caller } from './caller.ts';
import type { TestInstallation } from './installation.ts';
import { addPerson, signedInAdmin } from './people.ts';
import { approve, moderation, recall, submittedRequirement } from './requirements.ts';

/** Sends a request that must be refused, and tells how. */
export async function refusal(caller: Caller, route: Route, input: { params: Record<string, string>; body?: unknown }) {
  const { status, body } = await caller.ask(route, input);
  return { status, code: body.error.code, details: body.error.details };
}

const precision = () =>
  recall({ metric: 'precision-macro', threshold: 0.85, reason: { en: 'Wrong removals silence people.' } });

let teams = 0;

/** A project of a moderation classifier with an approved requirement, a product manager and an approver. */
export async function moderationProject(installation: TestInstallation) {
  const admin = await signedInAdmin(installation.url);
  teams += 1;
  const body = { name: 'Moderation', goal: { en: 'Keep abuse out.' }, problemType: 'text-classification' };
  const projectId = (await admin.call(createProject, { body })).id;
  const manager = await addPerson(installation, `pm-${teams}@example.com`, { projectId, roles: ['product-manager'] });
  const approver = await addPerson(installation, `approver-${teams}@example.com`, { projectId, roles: ['approver'] });
  const content = moderation([recall(), precision()]);
  await approve(approver, await submittedRequirement(manager, projectId, { content }));
  return { projectId, manager, approver, number: teams };
}

/** Adds an entry of the catalogue as a candidate. */
export const add = (caller: Caller, projectId: string, architecture: string): Promise<Candidate> =>
  caller.call(addCandidate, { params: { projectId }, body: { kind: 'catalogue', architecture } });

/** Starts a draft of the decision matrix. */
export const start = (caller: Caller, projectId: string, basedOn: number | null = null): Promise<Selection> =>
  caller.call(startSelection, { params: { projectId }, body: { basedOn } });

/** A request about a matrix at the revision that was seen. */
export const at = ({ id, revision }: Selection, more: object = {}) => ({
  params: { selectionId: id },
  body: { revision, ...more },
});

/** What people write in a matrix. */
export function contentOf({ candidates, criteria, cells }: Selection): MatrixContent {
  return { candidateIds: candidates.map(({ id }) => id), criteria, cells };
}

/** A score by own judgement. */
export function score(
  criterionId: string,
  candidateId: string,
  value: number,
  change: Partial<CellInput> = {},
): CellInput {
  const evidence = { kind: 'judgement' as const, text: { en: 'Tried on 600 posts.' } };
  return { criterionId, candidateId, score: value, low: null, high: null, items: null, evidence, ...change };
}

/** A draft with two candidates scored on recall and precision: the encoder leads. */
export async function scoredDraft(
  installation: TestInstallation,
  scores: readonly [number, number][] = [
    [0.91, 0.86],
    [0.94, 0.9],
  ],
) {
  const team = await moderationProject(installation);
  const { projectId, manager } = team;
  const candidates = [
    await add(manager, projectId, 'logistic-tf-idf'),
    await add(manager, projectId, 'encoder-classifier'),
  ];
  const draft = await start(manager, projectId);
  const cells = candidates.flatMap(({ id }, row) =>
    draft.criteria.map((criterion, column) => score(criterion.id, id, scores[row]?.[column] ?? 0)),
  );
  const saved = await manager.call(saveSelection, at(draft, { content: { ...contentOf(draft), cells } }));
  return { ...team, candidates, draft, saved };
}
