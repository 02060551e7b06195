import {
  getRequirement,
  requirementContent,
  saveRequirementDraft,
  type Requirement,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import { criteriaIssues } from '@greenlight/shared/stages/requirements/rules.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import { call } from '../../api/client.ts';
import { type DraftTerms, type KeeperSurroundings, DraftKeeper, type KeptEdits } from '../../api/draft-keeper.ts';

/** Edits of a requirement that a browser still holds from an earlier visit. */
export type KeptRequirement = KeptEdits<RequirementContent>;

/** The part of a version that people write. */
export function contentOf(version: Requirement): RequirementContent {
  const { goal, users, problemType, scenario, constraints, risks, questions, criteria } = version;
  return { goal, users, problemType, scenario, constraints, risks, questions, criteria };
}

/** Whether a draft can be saved as it is: complete in form, and without criteria that cannot hold on the data, as far as it is known. */
export function canBeSaved(content: RequirementContent, data: ProjectTasks | null): boolean {
  return (
    requirementContent.safeParse(content).success &&
    criteriaIssues(content, data).every(({ severity }) => severity === 'warning')
  );
}

const keyOf = (requirementId: string) => `greenlight.requirement-draft.${requirementId}`;

/** Edits of an earlier visit that never reached the server; null where there are none, or none that differ. */
export function keptEdits(
  version: Requirement,
  storage: KeeperSurroundings<Requirement>['storage'] = localStorage,
): KeptRequirement | null {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(version.id)) ?? 'null') as KeptRequirement | null;
    if (kept === null) return null;
    // A number that was being typed travels through storage as null.
    const criteria = kept.content.criteria.map((criterion) => ({
      ...criterion,
      threshold: criterion.threshold ?? NaN,
    }));
    const content = { ...kept.content, criteria };
    return contentDifferences(contentOf(version), content).length === 0 ? null : { ...kept, content };
  } catch {
    return null;
  }
}

const askedKeyOf = (requirementId: string) => `greenlight.scenario-asked.${requirementId}`;

/** Whether somebody was asked in this browser what a draft is for, and has answered: reloading does not ask again. */
export function wasScenarioAsked(requirementId: string, storage: Pick<Storage, 'getItem'> = localStorage): boolean {
  try {
    return storage.getItem(askedKeyOf(requirementId)) !== null;
  } catch {
    return false;
  }
}

/** Remembers that the question for the scenario was answered, be it with none. */
export function keepScenarioAsked(requirementId: string, storage: Pick<Storage, 'setItem'> = localStorage): void {
  try {
    storage.setItem(askedKeyOf(requirementId), 'yes');
  } catch {
    // Without storage the question comes once more.
  }
}

/** Forgets the edits of an earlier visit. */
export function forgetEdits(
  requirementId: string,
  storage: KeeperSurroundings<Requirement>['storage'] = localStorage,
): void {
  storage.removeItem(keyOf(requirementId));
}

function termsOf(
  { id }: Requirement,
  known: { readonly data: ProjectTasks | null },
): DraftTerms<RequirementContent, Requirement> {
  const params = { requirementId: id };
  return {
    storageKey: keyOf(id),
    contentOf,
    canBeSaved: (content) => canBeSaved(content, known.data),
    save: (revision, content) =>
      call(saveRequirementDraft, { params, body: { revision, content: requirementContent.parse(content) } }),
    load: () => call(getRequirement, { params }),
    isSame: (held, sent) => contentDifferences(held, requirementContent.parse(sent)).length === 0,
  };
}

/** Keeps the draft of a requirement. */
export class RequirementKeeper extends DraftKeeper<RequirementContent, Requirement> {
  readonly #known: { data: ProjectTasks | null };

  constructor(
    version: Requirement,
    restored: KeptRequirement | null,
    surroundings: Partial<KeeperSurroundings<Requirement>> = {},
  ) {
    const known: { data: ProjectTasks | null } = { data: null };
    super(termsOf(version, known), version, restored, surroundings);
    this.#known = known;
  }

  /** Tells which further tasks the data of the project answers: a criterion on another one cannot be saved. */
  learnTasks(data: ProjectTasks | null): void {
    this.#known.data = data;
  }
}
