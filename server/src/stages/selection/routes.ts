import { searchArchitectures } from '@greenlight/shared/stages/selection/architectures/catalogue.ts';
import {
  addCandidate,
  archiveCandidate,
  checkCandidateEndpoint,
  describeCandidate,
  listCandidates,
  removeCandidate,
  restoreCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  decideSelection,
  discardSelection,
  getCurrentSelection,
  getSelection,
  getArchitectures,
  getMeasuredSources,
  listSelections,
  saveSelection,
  startSelection,
} from '@greenlight/shared/stages/selection/contract.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { CandidateService } from './candidate-service.ts';
import type { SelectionService } from './service.ts';

/** Registers the routes of the stage "selection". */
export function registerSelection(
  register: RegisterRoute,
  selections: SelectionService,
  candidates: CandidateService,
): void {
  register(getArchitectures, async ({ query }) => ({
    items: searchArchitectures(query).map((entry) => structuredClone(entry) as never),
  }));
  register(listCandidates, ({ params, query }) =>
    candidates.list(params.projectId, query.archived, query.cursor, query.limit),
  );
  register(addCandidate, (call) => candidates.add(userOf(call), call.params.projectId, call.body));
  register(describeCandidate, (call) => candidates.describe(userOf(call), call.params.candidateId, call.body));
  register(archiveCandidate, (call) => candidates.archive(userOf(call), call.params.candidateId));
  register(restoreCandidate, (call) => candidates.restore(userOf(call), call.params.candidateId));
  register(removeCandidate, async (call) => {
    await candidates.remove(userOf(call), call.params.candidateId);
    return { removed: true as const };
  });
  register(checkCandidateEndpoint, (call) => candidates.check(userOf(call), call.params.candidateId));
  register(getCurrentSelection, ({ params }) => selections.current(params.projectId));
  register(listSelections, ({ params, query }) => selections.list(params.projectId, query.cursor, query.limit));
  register(startSelection, (call) => selections.start(userOf(call), call.params.projectId, call.body.basedOn));
  register(getSelection, ({ params }) => selections.get(params.selectionId));
  register(saveSelection, (call) =>
    selections.save(userOf(call), call.params.selectionId, call.body.revision, call.body.content),
  );
  register(discardSelection, async (call) => {
    await selections.discard(userOf(call), call.params.selectionId, call.body.revision);
    return { discarded: true as const };
  });
  register(decideSelection, (call) => {
    const { revision, ...choice } = call.body;
    return selections.decide(userOf(call), call.params.selectionId, revision, choice);
  });
  register(getMeasuredSources, ({ params, query }) => selections.measured(params.projectId, query.cursor, query.limit));
}
