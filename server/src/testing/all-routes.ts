import * as decisions from '@greenlight/shared/across/decisions/contract.ts';
import * as audit from '@greenlight/shared/across/governance/audit-contract.ts';
import * as invitations from '@greenlight/shared/across/governance/invitations-contract.ts';
import * as members from '@greenlight/shared/across/governance/members-contract.ts';
import * as people from '@greenlight/shared/across/governance/people-contract.ts';
import * as governance from '@greenlight/shared/across/governance/contract.ts';
import * as encryption from '@greenlight/shared/across/governance/encryption-contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import * as jobs from '@greenlight/shared/jobs/contract.ts';
import * as projects from '@greenlight/shared/projects/contract.ts';
import * as data from '@greenlight/shared/stages/data/contract.ts';
import * as items from '@greenlight/shared/stages/data/items-contract.ts';
import * as lineage from '@greenlight/shared/stages/data/lineage-contract.ts';
import * as tasks from '@greenlight/shared/stages/data/task-contract.ts';
import * as sources from '@greenlight/shared/stages/data/source-contract.ts';
import * as tokenizer from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import * as preparation from '@greenlight/shared/stages/data/preparation-contract.ts';
import * as recipePreview from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import * as erasures from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import * as retention from '@greenlight/shared/stages/data/retention-contract.ts';
import * as comparison from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import * as evaluation from '@greenlight/shared/stages/evaluation/contract.ts';
import * as requirements from '@greenlight/shared/stages/requirements/contract.ts';
import * as candidates from '@greenlight/shared/stages/selection/candidates-contract.ts';
import * as selection from '@greenlight/shared/stages/selection/contract.ts';
import * as traceability from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import * as classification from '@greenlight/shared/stages/training/classification.ts';
import * as generation from '@greenlight/shared/stages/training/generation.ts';
import * as training from '@greenlight/shared/stages/training/contract.ts';
import * as importedModels from '@greenlight/shared/stages/training/imported-models.ts';
import * as planning from '@greenlight/shared/stages/training/plan/contract.ts';
import * as sweeps from '@greenlight/shared/stages/training/sweep/contract.ts';
import * as modelFiles from '@greenlight/shared/stages/training/model-files.ts';
import * as workerCopies from '@greenlight/shared/worker-protocol/copies.ts';
import * as workerProtocol from '@greenlight/shared/worker-protocol/contract.ts';
import * as inference from '@greenlight/shared/worker-protocol/inference.ts';
import * as workerJobs from '@greenlight/shared/worker-protocol/jobs.ts';

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'permission' in value && 'path' in value;
}

/** Every route that a contract declares; the access tests also check that the server has no other. */
export const allRoutes: readonly Route[] = [
  governance,
  audit,
  encryption,
  decisions,
  members,
  invitations,
  people,
  projects,
  requirements,
  traceability,
  candidates,
  selection,
  data,
  items,
  recipePreview,
  retention,
  erasures,
  lineage,
  comparison,
  tasks,
  preparation,
  tokenizer,
  sources,
  training,
  sweeps,
  generation,
  planning,
  classification,
  modelFiles,
  importedModels,
  inference,
  evaluation,
  workerProtocol,
  workerCopies,
  jobs,
  workerJobs,
].flatMap((contract) => Object.values(contract).filter(isRoute));
