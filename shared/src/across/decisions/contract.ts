import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { LANGUAGES, localizedText } from '../../api/localized-text.ts';
import { pageOf } from '../../api/paging.ts';

/** What is decided in a project, each by a person with the right to. */
export const DECISION_KINDS = ['requirement-approved', 'requirement-sent-back', 'model-selected'] as const;

/** What was decided. */
export type DecisionKind = (typeof DECISION_KINDS)[number];

/** Things that evidence can point at; each has a page of its own. */
export const EVIDENCE_SOURCES = ['requirement', 'selection', 'evaluation', 'run', 'dataset-version'] as const;

/** A thing that evidence points at. */
export type EvidenceSourceType = (typeof EVIDENCE_SOURCES)[number];

/** One piece of evidence without what it stood on. */
const evidenceHead = z.object({
  label: localizedText,
  /** A number or a few words; null where the content says it all. */
  value: z.union([z.number(), z.string().max(10_000)]).nullable(),
  unit: z.string().max(30),
  /** 95 % interval of a number, lower end first; null where there is none. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  verdict: z.enum(['pass', 'fail', 'not-enough-evidence', 'no-evidence']).nullable(),
  source: z.object({ type: z.enum(EVIDENCE_SOURCES), id }).nullable(),
});

/** One piece of evidence as it stood when somebody decided; `content` is what its source said then. */
export const evidenceItem = evidenceHead.extend({ content: z.json() }).meta({ id: 'DecisionEvidence' });

/** One piece of evidence as it stood when somebody decided. */
export type EvidenceItem = z.infer<typeof evidenceItem>;

/** Whether a decision still is what was recorded: its own hash, and the hash that the audit log keeps of it. */
export const decisionIntegrity = z.enum(['intact', 'altered', 'not-in-audit-log']);

/** Whether a decision still is what was recorded. */
export type DecisionIntegrity = z.infer<typeof decisionIntegrity>;

/** A decision as the timeline shows it. */
export const decisionSummary = z
  .object({
    id,
    projectId: id,
    kind: z.enum(DECISION_KINDS),
    title: localizedText,
    rationale: z.string(),
    /** What spoke against it, in the words of whoever decided; null where nothing was said. */
    dissent: z.string().nullable(),
    /** The version of the requirement that it rests on; null where there was none. */
    requirementVersion: z.number().int().nullable(),
    actor: z.string(),
    actorId: id,
    createdAt: moment,
    sha256,
    integrity: decisionIntegrity,
    evidence: z.array(evidenceHead),
  })
  .meta({ id: 'DecisionSummary' });

/** A decision as the timeline shows it. */
export type DecisionSummary = z.infer<typeof decisionSummary>;

/** What the source of a piece of evidence says today. */
export const evidenceNow = z
  .object({
    state: z.enum(['same', 'changed', 'gone']),
    /** What it says today; null where it is the same or gone. */
    content: z.json(),
  })
  .meta({ id: 'DecisionEvidenceNow' });

/** What the source of a piece of evidence says today. */
export type EvidenceNow = z.infer<typeof evidenceNow>;

/** A decision with its frozen evidence, each with what its source says now; null where that cannot be compared. */
export const decision = decisionSummary
  .extend({ evidence: z.array(evidenceItem.extend({ now: evidenceNow.nullable() })) })
  .meta({ id: 'Decision' });

/** A decision with its frozen evidence. */
export type Decision = z.infer<typeof decision>;

const ofDecision = z.object({ decisionId: id });

export const listDecisions = defineRoute({
  id: 'listDecisions',
  method: 'GET',
  path: '/api/projects/{projectId}/decisions',
  summary: 'Who decided what, why and on which evidence, newest first; of one kind or one person where asked.',
  permission: 'decisions:read',
  params: z.object({ projectId: id }),
  query: z.object({
    cursor: z.string().max(200).optional(),
    limit: queryInteger(1, 50).default(20),
    kind: z.enum(DECISION_KINDS).optional(),
    person: id.optional(),
  }),
  reply: pageOf(decisionSummary).extend({
    /** Everybody who decided something in the project, for filters. */
    people: z.array(z.object({ id, name: z.string() })),
  }),
});

export const getDecision = defineRoute({
  id: 'getDecision',
  method: 'GET',
  path: '/api/decisions/{decisionId}',
  summary:
    'A decision with its evidence as it stood, whether that was altered since, and where its sources differ now.',
  permission: 'decisions:read',
  params: ofDecision,
  reply: decision,
});

export const exportDecision = defineRoute({
  id: 'exportDecision',
  method: 'GET',
  path: '/api/decisions/{decisionId}/export',
  summary: 'A decision with its evidence as Markdown for people or JSON for programs.',
  permission: 'decisions:read',
  params: ofDecision,
  query: z.object({ format: z.enum(['markdown', 'json']), language: z.enum(LANGUAGES).default('en') }),
  stream: 'download',
});
