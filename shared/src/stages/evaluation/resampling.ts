import { z } from 'zod';
import { DEFAULT_BOOTSTRAP } from '../../metrics/bootstrap.ts';
import { sha256 } from '../../api/identifiers.ts';

/** Most numbers that vary together: those of one head, or of the tokens of a generator. */
const MAX_METRICS = 60;

/** Most items answered wrong that an evaluation tells of all heads together; above it none are told. */
export const MAX_WRONG_ITEMS = 200_000;

/** Most texts whose own losses an evaluation tells; above it none are told. */
export const MAX_TOLD_TEXTS = 50_000;

const FLOAT_BYTES = 4;

const base64Length = (bytes: number): number => Math.ceil(bytes / 3) * 4;

/**
 * How numbers of the same items vary over their resamples. Resamples are drawn by one seed: the k-th of two evaluations of the same items in
 * the same order draws the same of them, so that their differences can be compared number by number.
 */
export const resampling = z
  .object({
    /** `tokens` and `texts` of a generator, `items` of a classifier or a regression. */
    of: z.enum(['tokens', 'texts', 'items']),
    /** The further task whose head was measured; null for the first head. */
    task: z.string().max(200).nullable(),
    /** Units of resampling: texts of a generator, items of a classifier. */
    groups: z.int32().min(1),
    /** Of what names the items in their order: the same for two evaluations only where they measured the same. */
    itemsSha256: sha256,
    metrics: z.array(z.string().max(60)).min(1).max(MAX_METRICS),
    /** 32-bit floats, little-endian, as base64: of each metric its value in each of 1,000 resamples; NaN where undefined. */
    values: z.base64().max(base64Length(MAX_METRICS * DEFAULT_BOOTSTRAP.resamples * FLOAT_BYTES)),
    /** 32-bit integers, little-endian, as base64: places in the version, from 1, of the items that were answered wrong, ascending; null where that is not said. */
    wrong: z
      .base64()
      .max(base64Length(MAX_WRONG_ITEMS * FLOAT_BYTES))
      .nullable(),
    /** Of each text whose tokens were measured its place in the version, from 1, and its mean loss in nats a token, as base64 of 32-bit numbers, little-endian; null where that is not said. */
    texts: z
      .object({
        places: z.base64().max(base64Length(MAX_TOLD_TEXTS * FLOAT_BYTES)),
        losses: z.base64().max(base64Length(MAX_TOLD_TEXTS * FLOAT_BYTES)),
      })
      .nullable()
      .default(null),
  })
  .refine(
    ({ metrics, values }) => values.length === base64Length(metrics.length * DEFAULT_BOOTSTRAP.resamples * FLOAT_BYTES),
    { path: ['values'], message: 'not 1,000 values of each metric' },
  )
  .refine(
    ({ groups, texts }) =>
      texts === null ||
      [texts.places, texts.losses].every(({ length }) => length === base64Length(groups * FLOAT_BYTES)),
    { path: ['texts'], message: 'not one place and one loss of each text' },
  );

/** How numbers of the same items vary over their resamples. */
export type Resampling = z.infer<typeof resampling>;
