import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';

/** Kinds of things that audit events are about: what stands before the colon of a target; a `request` is a refused address. */
export const AUDIT_TARGET_KINDS = [
  'project',
  'requirement',
  'selection',
  'candidate',
  'decision',
  'data-source',
  'dataset-version',
  'run',
  'sweep',
  'job',
  'model-file',
  'user',
  'invitation',
  'token',
  'session',
  'worker',
  'master-key',
  'audit-log',
  'request',
] as const;

/**
 * One line of the append-only audit log; `hash` covers the line and the hash before it. What somebody changed behind the log's
 * back may have any form, and must be shown all the same.
 */
export const auditEvent = z
  .object({
    sequence: z.number().int(),
    at: z.string().meta({ format: 'date-time' }),
    actor: z.string(),
    action: z.string(),
    target: z.string(),
    /** Null where the act concerns the installation. */
    projectId: id.nullable(),
    details: z.unknown(),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' });

/** One line of the audit log. */
export type AuditEvent = z.infer<typeof auditEvent>;

/**
 * The first line that is not what was recorded, and what does not fit: its own hash does not cover what it says (`content`), it
 * does not carry the hash of the line before it (`link`), the line before it is missing (`gap`), lines from this one on were cut
 * off (`truncated`), or it is another one than the server saw there before, with all lines after it (`rewritten`).
 */
export const auditBreak = z
  .object({ sequence: z.number().int(), what: z.enum(['content', 'link', 'gap', 'truncated', 'rewritten']) })
  .meta({ id: 'AuditBreak' });

/** The first line that is not what was recorded, and what does not fit. */
export type AuditBreak = z.infer<typeof auditBreak>;

const filterInProject = {
  /** Part of the name, in whatever case. */
  actor: z.string().trim().min(1).max(320).optional(),
  /** An action, or a family of them: `requirement` holds `requirement.approved`. */
  action: z
    .string()
    .regex(/^[a-z.-]{1,80}$/)
    .optional(),
  targetKind: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .optional(),
  /** From this moment on. */
  from: moment.optional(),
  /** Before this moment. */
  to: moment.optional(),
};

const filterEverywhere = {
  ...filterInProject,
  /** `none` for what concerns no project. */
  project: z.union([id, z.literal('none')]).optional(),
};

/** Which audit events are wanted. */
export const auditFilter = z.object(filterEverywhere);

/** Which audit events are wanted. */
export type AuditFilter = z.infer<typeof auditFilter>;

const auditPage = pageOf(auditEvent).extend({
  /** Checked over the lines of this page, each with the line before it, and over the end of the log; null where all fits. */
  broken: auditBreak.nullable(),
  /** Every action that was ever recorded, for filters. */
  actions: z.array(z.string()),
});

/** Forms in which the log is exported: one JSON object a line, or CSV with the details as JSON. */
export const AUDIT_FORMATS = ['jsonl', 'csv'] as const;

/** A form in which the log is exported. */
export type AuditFormat = (typeof AUDIT_FORMATS)[number];

const format = z.enum(AUDIT_FORMATS);

export const listAuditEvents = defineRoute({
  id: 'listAuditEvents',
  method: 'GET',
  path: '/api/audit-events',
  summary: 'The audit log, newest first, filtered where asked; every line shown is checked against the line before it.',
  permission: 'admin',
  query: pageQuery.extend(filterEverywhere),
  reply: auditPage,
});

export const exportAuditEvents = defineRoute({
  id: 'exportAuditEvents',
  method: 'GET',
  path: '/api/audit-events/export',
  summary:
    'The audit log as a file, oldest first; the export is recorded as an event first, which ends a file without filters.',
  permission: 'admin',
  query: z.object({ format, ...filterEverywhere }),
  stream: 'download',
});

/** Most lines that one request checks. */
export const MOST_CHECKED_LINES = 10_000;

export const verifyAuditEvents = defineRoute({
  id: 'verifyAuditEvents',
  method: 'GET',
  path: '/api/audit-events/verification',
  summary: 'Checks the chain from a line on, at most 10,000 lines at once; `next` is where to go on, null at the end.',
  permission: 'admin',
  query: z.object({ from: queryInteger(1, 2_147_483_647).default(1) }),
  reply: z.object({
    checked: z.number().int(),
    broken: auditBreak.nullable(),
    next: z.number().int().nullable(),
    /** The last line of the log. */
    last: z.object({ sequence: z.number().int(), hash: z.string() }),
  }),
});

const ofProject = z.object({ projectId: id });

export const listProjectAuditEvents = defineRoute({
  id: 'listProjectAuditEvents',
  method: 'GET',
  path: '/api/projects/{projectId}/audit-events',
  summary: 'What the audit log says about one project, newest first; every line is checked against the line before it.',
  permission: 'audit:read',
  params: ofProject,
  query: pageQuery.extend(filterInProject),
  reply: auditPage,
});

export const exportProjectAuditEvents = defineRoute({
  id: 'exportProjectAuditEvents',
  method: 'GET',
  path: '/api/projects/{projectId}/audit-events/export',
  summary:
    'What the audit log says about one project as a file, oldest first; the export is recorded as an event first.',
  permission: 'audit:read',
  params: ofProject,
  query: z.object({ format, ...filterInProject }),
  stream: 'download',
});
