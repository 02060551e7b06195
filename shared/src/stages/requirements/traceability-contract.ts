import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment } from '../../api/identifiers.ts';
import { LANGUAGES, localizedText } from '../../api/localized-text.ts';
import { metricValue } from '../evaluation/contract.ts';
import { seenInTraining } from '../evaluation/seen-in-training.ts';
import { changedAfterEvidence, criterion } from './contract.ts';

/** Something that gives evidence: a candidate's facts, what a run measured while it trained, an evaluation. */
export const evidenceSource = z
  .object({
    kind: z.enum(['candidate', 'run', 'evaluation']),
    id,
    name: localizedText,
    /** The run that a run's or an evaluation's numbers come from. */
    runNumber: z.number().int().nullable(),
    at: moment,
    /** True when its items were also trained on. */
    sameAsTraining: z.boolean(),
    /** How many of them; null where nobody counted. */
    seenInTraining: seenInTraining.nullable(),
    /** The approved version that stood when it was measured; null where none did. */
    versionInForce: z.number().int().nullable(),
  })
  .meta({ id: 'EvidenceSource' });

/** Something that gives evidence. */
export type EvidenceSource = z.infer<typeof evidenceSource>;

/** Criterion × source of evidence; the cells of a row stand in the order of the sources. */
export const traceabilityMatrix = z
  .object({
    /** The newest approved version, whose criteria are the rows; null where none was approved. */
    version: z.number().int().nullable(),
    approvedAt: moment.nullable(),
    sources: z.array(evidenceSource),
    rows: z.array(
      z.object({
        criterion,
        cells: z.array(
          z.object({
            verdict: z.enum(['pass', 'fail', 'not-enough-evidence', 'no-evidence']),
            value: metricValue.nullable(),
          }),
        ),
      }),
    ),
    /** Older sources that are left out. */
    olderSources: z.boolean(),
    changedAfterEvidence: changedAfterEvidence.nullable(),
  })
  .meta({ id: 'TraceabilityMatrix' });

/** Criterion × source of evidence. */
export type TraceabilityMatrix = z.infer<typeof traceabilityMatrix>;

const ofProject = z.object({ projectId: id });

export const getTraceability = defineRoute({
  id: 'getTraceability',
  method: 'GET',
  path: '/api/projects/{projectId}/traceability',
  summary: 'Each criterion of the newest approved requirement against each source of evidence, newest first.',
  permission: 'project:read',
  params: ofProject,
  reply: traceabilityMatrix,
});

export const exportTraceability = defineRoute({
  id: 'exportTraceability',
  method: 'GET',
  path: '/api/projects/{projectId}/traceability/file',
  summary: 'The traceability matrix as a CSV or Markdown file in a language.',
  permission: 'project:read',
  params: ofProject,
  query: z.object({ format: z.enum(['csv', 'markdown']).default('csv'), language: z.enum(LANGUAGES).default('en') }),
  stream: 'download',
});
