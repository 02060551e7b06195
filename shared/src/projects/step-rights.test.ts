import { expect, test } from 'vitest';
import { startPreparation } from '../stages/data/preparation-contract.ts';
import { createTextDatasetVersion } from '../stages/data/contract.ts';
import { approveRequirement, saveRequirementDraft, submitRequirement } from '../stages/requirements/contract.ts';
import { addCandidate } from '../stages/selection/candidates-contract.ts';
import { decideSelection, saveSelection } from '../stages/selection/contract.ts';
import { startRun } from '../stages/training/contract.ts';
import { STEP_RIGHTS } from './step-rights.ts';

test.each([
  ['write-requirement', saveRequirementDraft],
  ['finish-requirement', submitRequirement],
  ['review-requirement', approveRequirement],
  ['choose-candidates', addCandidate],
  ['weigh-candidates', saveSelection],
  ['decide-anew', decideSelection],
  ['add-data', createTextDatasetVersion],
  ['label-data', createTextDatasetVersion],
  ['prepare-data', startPreparation],
  ['close-leaks', startPreparation],
  ['start-run', startRun],
  ['improve-model', startRun],
  ['train-anew', startRun],
] as const)('%s is for whoever may do what it asks for', (action, route) => {
  expect(STEP_RIGHTS[action]).toBe(route.permission);
});
