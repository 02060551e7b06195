import { auditFilter } from '@greenlight/shared/across/governance/audit-contract.ts';
import { DECISION_KINDS } from '@greenlight/shared/across/decisions/contract.ts';
import { RUN_STATES } from '@greenlight/shared/stages/training/contract.ts';
import { taskName } from '@greenlight/shared/stages/data/content.ts';
import { itemFilter } from '@greenlight/shared/stages/data/items-contract.ts';
import { PROBLEM_TYPES } from '@greenlight/shared/stages/requirements/contract.ts';
import { z } from 'zod';

const step = z.coerce.number().int().min(0).optional().catch(undefined);

/** What the address of the sign-in page carries: the one-time link's token and where to go afterwards. */
export const signInSearch = z.object({
  link: z.string().optional().catch(undefined),
  returnTo: z.string().optional().catch(undefined),
});

/** The dataset version that is open. */
export const dataSearch = z.object({ version: z.uuid().optional().catch(undefined) });

/** The version whose items are shown, and which of them. */
export const dataItemsSearch = z.object({
  version: z.uuid().optional().catch(undefined),
  split: itemFilter.shape.split.catch(undefined),
  label: itemFilter.shape.label.catch(undefined),
  text: itemFilter.shape.text.catch(undefined),
  personalData: itemFilter.shape.personalData.catch(undefined),
});

/** The erasure that is open. */
export const erasuresSearch = z.object({ erasure: z.uuid().optional().catch(undefined) });

/** The uploaded file that is read. */
export const uploadsSearch = z.object({ source: z.uuid().optional().catch(undefined) });

/** The version to prepare and the preparation that is open. */
export const preparationSearch = z.object({
  from: z.uuid().optional().catch(undefined),
  job: z.uuid().optional().catch(undefined),
});

/** The version whose tokenizers are shown, the one that is open, what it is compared with, and the context that lengths are held against. */
export const tokenizersSearch = z.object({
  version: z.uuid().optional().catch(undefined),
  tokenizer: z.uuid().optional().catch(undefined),
  before: z.uuid().optional().catch(undefined),
  context: z.coerce.number().int().min(8).max(1024).optional().catch(undefined),
});

/** The version whose history is shown, and the one that it is compared with. */
export const dataHistorySearch = z.object({
  version: z.uuid().optional().catch(undefined),
  before: z.uuid().optional().catch(undefined),
});

/** The state that the list of runs is reduced to. */
export const runsSearch = z.object({ state: z.enum(RUN_STATES).optional().catch(undefined) });

const head = taskName.optional().catch(undefined);

/** What the run page shows: the zoomed range of steps, the evaluation point of the ROC chart, the head of a classifier. */
export const runSearch = z.object({ from: step, to: step, roc: step, head });

/** The head of a classifier that an evaluation is shown of. */
export const evaluationSearch = z.object({ head });

/** Ids of evaluations with commas between them: more than are compared can be chosen before some are taken back. */
const evaluationIds = z.string().max(4000).optional().catch(undefined);

/** The evaluations that are chosen for comparing, in the order in which they were chosen. */
export const evaluationsSearch = z.object({ ids: evaluationIds });

/** The evaluations that are compared, the baseline first; the head whose curves are drawn; and of which one, of which task, the items are open that were lost (`worse`) or won. */
export const compareSearch = z.object({
  ids: evaluationIds,
  head,
  changed: z.uuid().optional().catch(undefined),
  task: head,
  direction: z.enum(['worse', 'better']).optional().catch(undefined),
});

/** What the requirement page shows: reading, writing, evidence or history, and which version. */
export const requirementsSearch = z.object({
  view: z.enum(['edit', 'matrix', 'history']).optional().catch(undefined),
  version: z.coerce.number().int().min(1).optional().catch(undefined),
});

/** What the page of the model selection shows: the view, a version of the matrix, and what the catalogue is reduced to. */
export const selectionSearch = z.object({
  view: z.enum(['candidates', 'catalogue', 'history']).optional().catch(undefined),
  version: z.coerce.number().int().min(1).optional().catch(undefined),
  problem: z
    .enum([...PROBLEM_TYPES, 'all'])
    .optional()
    .catch(undefined),
  search: z.string().max(100).optional().catch(undefined),
  architecture: z.string().max(60).optional().catch(undefined),
});

/** What a new run begins with: an entry of the catalogue, a data version, a tokenizer. */
export const newRunSearch = z.object({
  preset: z.string().max(60).optional().catch(undefined),
  version: z.uuid().optional().catch(undefined),
  tokenizer: z.uuid().optional().catch(undefined),
});

/** The kind and the person that the timeline of decisions is reduced to. */
export const decisionsSearch = z.object({
  kind: z.enum(DECISION_KINDS).optional().catch(undefined),
  person: z.uuid().optional().catch(undefined),
});

/** What the audit log is reduced to. */
export const auditSearch = z.object({
  actor: auditFilter.shape.actor.catch(undefined),
  action: auditFilter.shape.action.catch(undefined),
  targetKind: auditFilter.shape.targetKind.catch(undefined),
  project: auditFilter.shape.project.catch(undefined),
  from: auditFilter.shape.from.catch(undefined),
  to: auditFilter.shape.to.catch(undefined),
});

/** The text that names and addresses of accounts hold. */
export const peopleSearch = z.object({ search: z.string().max(200).optional().catch(undefined) });

/** What the audit log of a project is reduced to. */
export const projectAuditSearch = auditSearch.omit({ project: true });
