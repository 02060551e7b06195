import {
  approveRequirement,
  discardRequirementDraft,
  getCurrentRequirement,
  getRequirement,
  getRequirementDeciders,
  listRequirements,
  saveRequirementDraft,
  sendBackRequirement,
  startRequirementDraft,
  submitRequirement,
  withdrawRequirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { exportTraceability, getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import { sendDownload } from '../../plugins/download.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { ProjectIntent, RequirementService } from './service.ts';
import type { TraceabilityService } from './traceability-service.ts';

/** Registers the routes of the stage "requirements"; `intentOf` tells what a project already says of itself. */
export function registerRequirements(
  register: RegisterRoute,
  requirements: RequirementService,
  traceability: TraceabilityService,
  intentOf: (projectId: string) => Promise<ProjectIntent>,
): void {
  register(getCurrentRequirement, ({ params }) => requirements.current(params.projectId));
  register(listRequirements, ({ params, query }) => requirements.list(params.projectId, query.cursor, query.limit));
  register(startRequirementDraft, async (call) => {
    const { projectId } = call.params;
    return requirements.start(userOf(call), projectId, call.body.basedOn, await intentOf(projectId));
  });
  register(getRequirement, ({ params }) => requirements.get(params.requirementId));
  register(getRequirementDeciders, (call) => requirements.deciders(userOf(call), call.params.requirementId));
  register(saveRequirementDraft, (call) => {
    const { revision, content } = call.body;
    return requirements.save(userOf(call), call.params.requirementId, revision, content);
  });
  register(discardRequirementDraft, async (call) => {
    await requirements.discard(userOf(call), call.params.requirementId, call.body.revision);
    return { discarded: true as const };
  });
  register(submitRequirement, (call) =>
    requirements.submit(userOf(call), call.params.requirementId, call.body.revision),
  );
  register(withdrawRequirement, (call) =>
    requirements.withdraw(userOf(call), call.params.requirementId, call.body.revision),
  );
  register(sendBackRequirement, (call) =>
    requirements.sendBack(userOf(call), call.params.requirementId, call.body.revision, call.body.reason),
  );
  register(approveRequirement, (call) => requirements.approve(userOf(call), call.params.requirementId, call.body));
  register(getTraceability, ({ params }) => traceability.matrix(params.projectId));
  register(exportTraceability, async ({ params, query, reply }) =>
    sendDownload(reply, await traceability.file(params.projectId, query.format, query.language)),
  );
}
