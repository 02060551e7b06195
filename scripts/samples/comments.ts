import { setTimeout as delay } from 'node:timers/promises';
import { moderationComments } from '../../prisma/seed/moderation-comments.ts';
import { COMMENT_SEED, moderationSeed } from '../../prisma/seed/moderation.ts';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import {
  listPreparations,
  startPreparation,
  type Preparation,
} from '@greenlight/shared/stages/data/preparation-contract.ts';
import { PERSONAL_DATA_KINDS } from '@greenlight/shared/stages/data/preparation/personal-data/kinds.ts';
import type { Recipe } from '@greenlight/shared/stages/data/preparation/recipe.ts';
import type { SplitPlan } from '@greenlight/shared/stages/data/preparation/splits.ts';
import {
  approveRequirement,
  getCurrentRequirement,
  saveRequirementDraft,
  startRequirementDraft,
  submitRequirement,
  type Requirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { withScenario } from '@greenlight/shared/stages/requirements/scenarios/catalogue.ts';
import type { Architecture } from '@greenlight/shared/stages/selection/architectures/architecture.ts';
import { findArchitecture } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  getCurrentSelection,
  saveSelection,
  startSelection,
  type Selection,
} from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import type { ServerClient } from '../../worker/src/report/client.ts';
import { tenths } from './mails.ts';
import { findOrCreateProject } from './sample.ts';

const PATIENCE = { attempts: 3 };
const POLL_MS = 500;

/** Why one person approves what the script wrote in that person's name. */
const APPROVAL_REASON = 'An example made by a script (npm run sample), without a second person.';

/** What the page's form does with a version by default. */
const RECIPE: Recipe = {
  version: 1,
  steps: [
    { type: 'normalise-unicode', form: 'NFC' },
    { type: 'remove-control-characters' },
    { type: 'strip-white-space', collapse: true },
    { type: 'personal-data', action: 'mask', kinds: [...PERSONAL_DATA_KINDS] },
    { type: 'drop-exact-duplicates', compare: 'text' },
    { type: 'drop-near-duplicates', similarity: 0.8 },
  ],
};

/** Approves what is in review as a person; false where nobody is there to do so. Tokens may not: an approval is a person's act. */
export type Approve = (path: string, body: { revision: number; reason: string }) => Promise<boolean>;

/** Takes the requirement from where it is to approved: the catalogue's criteria for content moderation. False where it waits for a person. */
async function approvedRequirement(client: ServerClient, projectId: string, approve: Approve): Promise<boolean> {
  const params = { projectId };
  let current: Requirement =
    (await client.call(getCurrentRequirement, { params }, PATIENCE)) ??
    (await client.call(startRequirementDraft, { params, body: { basedOn: null } }, PATIENCE));
  const at = () => ({ requirementId: current.id });
  if (current.state === 'draft') {
    const { goal, users, problemType, scenario, constraints, risks, questions, criteria } = current;
    const own = { goal, users, problemType, scenario, risks, questions, criteria };
    const { dataSources } = moderationSeed;
    const written = { ...own, constraints: { ...constraints, dataSources, languages: ['zh', 'en'] } };
    const content = withScenario(written, 'content-moderation', () => crypto.randomUUID());
    const { revision } = current;
    current = await client.call(saveRequirementDraft, { params: at(), body: { revision, content } }, PATIENCE);
    const body = { revision: current.revision };
    current = await client.call(submitRequirement, { params: at(), body }, PATIENCE);
  }
  if (current.state === 'in-review') {
    return approve(pathOf(approveRequirement.path, at()), { revision: current.revision, reason: APPROVAL_REASON });
  }
  return true;
}

const LEVELS: Record<Architecture['explainability']['level'], number> = { high: 3, medium: 2, low: 1 };

function freeCriterion(name: LocalizedText, scale: MatrixCriterion['scale']): MatrixCriterion {
  const shape = { metric: null, unit: '', direction: 'higher', weight: 0.5, requirement: null } as const;
  return { id: crypto.randomUUID(), name, scale, ...shape };
}

/**
 * Weighs the candidates by the acceptance criteria and by what the catalogue knows of them, each score with its source. What only
 * an evaluation can tell stays missing, and so does the decision.
 */
async function weighedCandidates(client: ServerClient, projectId: string): Promise<void> {
  const params = { projectId };
  if (await client.call(getCurrentSelection, { params }, PATIENCE)) return;
  for (const architecture of moderationSeed.candidates)
    await client.call(addCandidate, { params, body: { kind: 'catalogue', architecture } }, PATIENCE);
  const draft: Selection = await client.call(startSelection, { params, body: { basedOn: null } }, PATIENCE);
  const explained = freeCriterion(
    { zh: '可解释性（1 至 3）', en: 'Explainability (1 to 3)' },
    { kind: 'anchors', worst: 1, best: 3 },
  );
  const published = freeCriterion(
    { zh: '公开准确率：AG News 新闻主题', en: 'Published accuracy on AG News topics' },
    { kind: 'range' },
  );
  const cells = draft.candidates.flatMap(({ id, architecture }): CellInput[] => {
    const entry = findArchitecture(architecture ?? '');
    if (entry === undefined) return [];
    const cell = (criterionId: string, score: number, text: LocalizedText): CellInput => ({
      ...{ criterionId, candidateId: id, score, low: null, high: null, items: null },
      evidence: { kind: 'catalogue', text, architecture: entry.id },
    });
    const news = entry.scores.find(({ benchmark }) => benchmark.startsWith('AG News'));
    return [
      cell(explained.id, LEVELS[entry.explainability.level], { ...entry.explainability.text }),
      ...(news === undefined
        ? []
        : [
            cell(published.id, news.value, {
              en: `${news.benchmark} (${news.source})`,
              zh: `${news.benchmark}（${news.source}）`,
            }),
          ]),
    ];
  });
  const content = {
    candidateIds: draft.candidates.map(({ id }) => id),
    criteria: [...draft.criteria, explained, published],
    cells,
  };
  const body = { revision: draft.revision, content };
  await client.call(saveSelection, { params: { selectionId: draft.id }, body }, PATIENCE);
}

/** Adds the comments and has a worker make a clean version of them; answers when that has ended. */
async function cleanVersion(client: ServerClient, projectId: string): Promise<Preparation> {
  const params = { projectId };
  const items = moderationComments(moderationSeed.comments, COMMENT_SEED);
  const content = tenths(
    items.map(({ text, label }) => ({ text, labels: [label] })),
    COMMENT_SEED,
  );
  const version = await client.call(
    createTextDatasetVersion,
    { params, body: { ...moderationSeed.dataset, content } },
    PATIENCE,
  );
  const shares = { train: 0.8, validation: 0.1, test: 0.1 };
  const splits: SplitPlan = {
    ...{ seed: COMMENT_SEED, shares, stratify: true, keepsGiven: false },
    by: 'content',
    together: 'near',
  };
  const origin = { kind: 'version', datasetVersionId: version.id } as const;
  const started = await client.call(startPreparation, { params, body: { origin, recipe: RECIPE, splits } }, PATIENCE);
  for (let preparation = started; ; await delay(POLL_MS)) {
    if (hasJobEnded(preparation.state)) return preparation;
    const { items: all } = await client.call(listPreparations, { params, query: {} }, PATIENCE);
    preparation = all.find(({ jobId }) => jobId === started.jobId) ?? preparation;
  }
}

/**
 * Creates the content-moderation project up to where training begins, through the doors that people use: an approved requirement,
 * candidates weighed with their sources, and a clean version. Goes on where an earlier call ended; a second call changes nothing.
 */
export async function createModerationProject(
  client: ServerClient,
  approve: Approve,
): Promise<{ projectId: string; isApproved: boolean; isClean: boolean }> {
  const projectId = await findOrCreateProject(client, moderationSeed.project);
  const isApproved = await approvedRequirement(client, projectId, approve);
  await weighedCandidates(client, projectId);
  const { state } = await cleanVersion(client, projectId);
  return { projectId, isApproved, isClean: state === 'finished' };
}
