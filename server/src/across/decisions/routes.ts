import { exportDecision, getDecision, listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { sendDownload } from '../../plugins/download.ts';
import type { RegisterRoute } from '../../plugins/route.ts';
import type { DecisionService } from './service.ts';

/** Registers the timeline of decisions. */
export function registerDecisions(register: RegisterRoute, decisions: DecisionService): void {
  register(listDecisions, ({ params, query: { kind, person, cursor, limit } }) =>
    decisions.list(params.projectId, { kind, person }, cursor, limit),
  );
  register(getDecision, ({ params }) => decisions.get(params.decisionId));
  register(exportDecision, async ({ params, query, reply }) =>
    sendDownload(reply, await decisions.file(params.decisionId, query.format, query.language)),
  );
}
