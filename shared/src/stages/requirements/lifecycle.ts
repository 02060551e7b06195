import type { RequirementState } from './contract.ts';

/** What people do to a version. */
export type RequirementAction = 'save' | 'discard' | 'submit' | 'withdraw' | 'send-back' | 'approve';

const NEXT: Readonly<Record<RequirementAction, { from: RequirementState; to: RequirementState | 'gone' }>> = {
  save: { from: 'draft', to: 'draft' },
  discard: { from: 'draft', to: 'gone' },
  submit: { from: 'draft', to: 'in-review' },
  withdraw: { from: 'in-review', to: 'draft' },
  'send-back': { from: 'in-review', to: 'draft' },
  approve: { from: 'in-review', to: 'approved' },
};

/** The state after an action, or undefined where the state does not allow it; nothing leads out of `approved`. */
export function stateAfterAction(
  state: RequirementState,
  action: RequirementAction,
): RequirementState | 'gone' | undefined {
  const { from, to } = NEXT[action];
  return state === from ? to : undefined;
}

/**
 * Whether somebody may approve a version: who saved or submitted any of it may not while there is a second person who could;
 * without one, the approval is an override that needs a reason.
 */
export function approvalBy(
  actorId: string,
  authorIds: readonly string[],
  hasSecondPerson: boolean,
): 'approved' | 'override' | 'refused' {
  if (!authorIds.includes(actorId)) return 'approved';
  return hasSecondPerson ? 'refused' : 'override';
}
