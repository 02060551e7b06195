import type { EvidenceItem } from '@greenlight/shared/across/decisions/contract.ts';
import type {
  ContentDifference,
  Requirement,
  RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import type { AccountTie } from '../../across/governance/second-person-service.ts';
import type { NewDecision } from '../../across/decisions/recorder.ts';

/** A version of a requirement as a decision freezes it. */
export type FrozenRequirement = RequirementContent & { readonly version: number };

/** What people wrote in a version, without its life. */
export function contentOf(version: Requirement): RequirementContent {
  const { goal, users, problemType, scenario, constraints, risks, questions, criteria } = version;
  return { goal, users, problemType, scenario, constraints, risks, questions, criteria };
}

/** A version in the form that decisions freeze and compare. */
export function frozenRequirement(version: Requirement): FrozenRequirement {
  return { version: version.version, ...contentOf(version) };
}

type RequirementDecision = Pick<NewDecision, 'kind' | 'title' | 'rationale' | 'evidence'>;

function note(en: string, zh: string, more: Partial<EvidenceItem> = {}): EvidenceItem {
  const item = { value: null, unit: '', interval: null, verdict: null, source: null, content: null };
  return { label: { en, zh }, ...item, ...more };
}

function frozenItem(version: Requirement): EvidenceItem {
  const content = JSON.parse(JSON.stringify(frozenRequirement(version))) as EvidenceItem['content'];
  const source = { type: 'requirement', id: version.id } as const;
  return note(`Requirement version ${version.version}`, `需求第 ${version.version} 版`, { source, content });
}

/** What the title says of an approval by an account that may be its author's; colleagues of one inviter are usual. */
const TIE_REMARKS: Record<AccountTie['kind'], { en: string; zh: string }> = {
  'by-author': {
    en: " (the approver's account goes back to an author's invitation)",
    zh: '（审批账户源于撰写人的邀请）',
  },
  'of-author': {
    en: " (an author's account goes back to the approver's invitation)",
    zh: '（撰写账户源于审批人的邀请）',
  },
  'same-inviter': { en: '', zh: '' },
};

function tieNote({ kind, inviter }: AccountTie): EvidenceItem {
  if (kind === 'by-author')
    return note(
      `The account that approved goes back to an invitation of ${inviter}, an author of this version`,
      `批准所用的账户源于本版本撰写人 ${inviter} 的邀请`,
    );
  if (kind === 'of-author')
    return note(
      `The account of an author of this version goes back to an invitation of ${inviter}, who approved it`,
      `本版本某位撰写人的账户源于审批人 ${inviter} 的邀请`,
    );
  return note(
    `The accounts of the approver and of an author both go back to invitations of ${inviter}`,
    `审批人与某位撰写人的账户均源于 ${inviter} 的邀请`,
  );
}

/** What an approval decides: the version as it stood, what it changed, what was measured, and whether it was of own work. */
export function approvalDecision(
  version: Requirement,
  given: {
    readonly reason: string;
    readonly selfApproved: boolean;
    /** What ties the approver's account to an author's. */
    readonly tie: AccountTie | null;
    /** The version that decided until now, where there was one. */
    readonly before: number | undefined;
    readonly differences: readonly ContentDifference[];
    /** What the newest evaluation said of it. */
    readonly measured: readonly EvidenceItem[];
  },
): RequirementDecision {
  const { reason, selfApproved, tie, before, differences, measured } = given;
  const content = JSON.parse(JSON.stringify(differences)) as EvidenceItem['content'];
  const remark = selfApproved
    ? { en: ' (override: own work)', zh: '（越权：批准自己的内容）' }
    : TIE_REMARKS[tie?.kind ?? 'same-inviter'];
  return {
    kind: 'requirement-approved',
    title: {
      en: `Approved version ${version.version} of the requirement${remark.en}`,
      zh: `批准需求第 ${version.version} 版${remark.zh}`,
    },
    rationale: reason,
    evidence: [
      frozenItem(version),
      ...(before === undefined
        ? []
        : [
            note(`Changes since version ${before}`, `与第 ${before} 版相比的改动`, {
              value: differences.length,
              content,
            }),
          ]),
      ...(selfApproved
        ? [
            note(
              'Override: approved by one of its own authors, because nobody else held the right to approve then or in the 30 days before',
              '越权批准：由撰写人自行批准，因为当时及此前 30 天内没有其他人拥有批准权限',
              { verdict: 'fail' },
            ),
          ]
        : []),
      ...(tie === null ? [] : [tieNote(tie)]),
      ...measured,
    ],
  };
}

/** What sending a version back decides: the version as it stood, and why. */
export function sendBackDecision(version: Requirement, reason: string): RequirementDecision {
  return {
    kind: 'requirement-sent-back',
    title: {
      en: `Sent version ${version.version} of the requirement back`,
      zh: `退回需求第 ${version.version} 版`,
    },
    rationale: reason,
    evidence: [frozenItem(version)],
  };
}
