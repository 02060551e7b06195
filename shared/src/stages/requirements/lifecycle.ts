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
 * Whether somebody may approve: not what they edited last or submitted, unless nobody else belongs to the project; then the
 * approval is marked as their own.
 */
export function approvalBy(
  actorId: string,
  version: { readonly editedById: string | null; readonly submittedById: string | null },
  otherMembers: number,
): 'approved' | 'self-approved' | 'refused' {
  if (actorId !== version.editedById && actorId !== version.submittedById) return 'approved';
  return otherMembers === 0 ? 'self-approved' : 'refused';
}
