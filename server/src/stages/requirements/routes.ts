import { getCurrentRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { RegisterRoute } from '../../plugins/route.ts';
import type { RequirementService } from './service.ts';

/** Registers the routes of the stage "requirements". */
export function registerRequirements(register: RegisterRoute, requirements: RequirementService): void {
  register(getCurrentRequirement, async ({ params }) => {
    const current = await requirements.current(params.projectId);
    if (current === null) throw new AppError('not-found');
    return current;
  });
}
