import type { z } from 'zod';
import type { ProjectRight } from '../across/governance/rights.ts';
import type { nextStep } from './contract.ts';

/** What a project asks for next. */
export type StepAction = z.infer<typeof nextStep>['action'];

/** The right without which a step ends in a refusal; what is only read needs none beyond reading. */
export const STEP_RIGHTS = {
  'write-requirement': 'requirements:edit',
  'finish-requirement': 'requirements:edit',
  'review-requirement': 'requirements:approve',
  'choose-candidates': 'selection:edit',
  'weigh-candidates': 'selection:edit',
  'decide-anew': 'selection:decide',
  'add-data': 'data:write',
  'label-data': 'data:write',
  'prepare-data': 'data:write',
  'close-leaks': 'data:write',
  'start-run': 'training:run',
  'improve-model': 'training:run',
  'train-anew': 'training:run',
  'watch-run': 'project:read',
  'read-failure': 'project:read',
  'read-evaluation': 'project:read',
  'gather-evidence': 'project:read',
} as const satisfies Record<StepAction, ProjectRight>;
