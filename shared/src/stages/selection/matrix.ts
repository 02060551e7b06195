import { z } from 'zod';
import { id, moment } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { criterion } from '../requirements/contract.ts';

/** Candidates that one matrix weighs at most. */
export const MOST_COLUMNS = 12;

/** Criteria that one matrix weighs by at most. */
export const MOST_CRITERIA = 30;

const score = z.number().min(-1e15).max(1e15);

/** How a score becomes a share between 0 and 1: by the worst and best score of the candidates, or by two given ends. */
const scale = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('range') }),
  z.object({ kind: z.literal('anchors'), worst: score, best: score }),
]);

/** What candidates are weighed by. */
export const matrixCriterion = z
  .object({
    id,
    name: localizedText,
    /** The number of the metrics registry that the scores are, where they are one. */
    metric: z.string().min(1).max(60).nullable(),
    unit: z.string().max(30),
    direction: z.enum(['higher', 'lower']),
    /** Against the other weights; shares of their sum decide. */
    weight: z.number().min(0).max(1),
    scale,
    /** The acceptance criterion that it was taken over from, as it stood then; null for a free one. */
    requirement: criterion.nullable(),
  })
  .meta({ id: 'MatrixCriterion' });

/** What candidates are weighed by. */
export type MatrixCriterion = z.infer<typeof matrixCriterion>;

/** Where a score comes from; `text` says what a reader must know to believe it. */
export const scoreEvidence = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('catalogue'), text: localizedText, architecture: z.string().min(1).max(60) }),
    z.object({ kind: z.literal('evaluation'), text: localizedText, evaluationId: id }),
    z.object({ kind: z.literal('model-file-evaluation'), text: localizedText, jobId: id }),
    z.object({ kind: z.literal('url'), text: localizedText, url: z.url({ protocol: /^https?$/ }).max(1000) }),
    z.object({ kind: z.literal('judgement'), text: localizedText }),
  ])
  .meta({ id: 'ScoreEvidence' });

/** Where a score comes from. */
export type ScoreEvidence = z.infer<typeof scoreEvidence>;

/** A score in the unit of its criterion; `low` and `high` where it is uncertain, `items` where it was measured on some. */
export const cellInput = z.object({
  criterionId: id,
  candidateId: id,
  score,
  low: score.nullable().default(null),
  high: score.nullable().default(null),
  items: z.number().int().min(0).max(1_000_000_000).nullable().default(null),
  evidence: scoreEvidence,
});

/** A score with its evidence. */
export type CellInput = z.output<typeof cellInput>;

/** A score with its evidence and who set it when. */
export const cell = cellInput.extend({ setBy: z.string(), setAt: moment }).meta({ id: 'MatrixCell' });

/** A score with its evidence and who set it when. */
export type Cell = z.infer<typeof cell>;

/** What people write in a matrix; a pair of criterion and candidate without a cell is missing, not zero. */
export const matrixContent = z
  .object({
    candidateIds: z.array(id).max(MOST_COLUMNS),
    criteria: z.array(matrixCriterion).max(MOST_CRITERIA),
    cells: z.array(cellInput).max(MOST_COLUMNS * MOST_CRITERIA),
  })
  .meta({ id: 'MatrixContent' });

/** What people write in a matrix. */
export type MatrixContent = z.output<typeof matrixContent>;
