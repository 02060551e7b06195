import { z } from 'zod';
import { IMAGE_MEDIA_TYPES } from '../content.ts';
import { labelText } from '../label-text.ts';
import { ITEM_LANGUAGES } from './text-features.ts';
import { PERSONAL_DATA_KINDS } from './personal-data/kinds.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

const sideSummary = z.object({ minimum: count, median: count, maximum: count });

const lengthSummary = z.object({
  total: count,
  mean: z.number().nullable(),
  minimum: count.nullable(),
  p05: count.nullable(),
  p25: count.nullable(),
  median: count.nullable(),
  p75: count.nullable(),
  p95: count.nullable(),
  p99: count.nullable(),
  maximum: count.nullable(),
});

/** A finding about the quality: how many points it costs, and why. */
const qualityReason = z.object({
  code: z.enum([
    'unreadable',
    'empty',
    'exact-duplicates',
    'near-duplicates',
    'label-conflicts',
    'personal-data',
    'personal-labels',
    'imbalance',
    'very-short',
    'few-items',
  ]),
  points: z.number().min(0).max(100),
  zh: z.string(),
  en: z.string(),
});

/** A finding about the quality: how many points it costs, and why. */
export type QualityReason = z.infer<typeof qualityReason>;

/** What a dataset holds. Lengths are in characters (code points) and tokens, exact below 1,024 and within 2.2 % above. */
export const dataProfile = z
  .object({
    /** Rows of the source or lines of the version, whatever is in them. */
    rows: count,
    items: count,
    /** Rows whose text is empty. */
    empty: count,
    unreadable: count,
    characters: lengthSummary,
    tokens: lengthSummary,
    lengthBars: z.array(z.object({ from: count, to: count, count })),
    /** Different tokens; an estimate within 1 % where it is above 262,144. */
    vocabulary: z.object({ count, isExact: z.boolean() }),
    /** Distinct-n: different tokens (pairs of neighbouring tokens) ÷ all; null without any. */
    distinct1: share.nullable(),
    distinct2: share.nullable(),
    duplicates: z.object({
      /** Items whose text an earlier item has. */
      exact: count,
      /** Items that are no exact duplicates and whose group of near-duplicates begins with an earlier item. */
      near: count,
      /** Items that are neither, whose text stands within a longer one; null where that was not looked for. */
      contained: count.nullable().default(null),
      /** Items whose text an earlier item has with other labels or another value. */
      labelConflicts: count,
      /** Items without a near-duplicate that were compared with some only of those that seemed alike: theirs may have been missed. */
      partlyCompared: count.default(0),
      examples: z.array(z.object({ first: z.int().min(1), second: z.int().min(1), similarity: share })),
    }),
    languages: z.record(z.enum(ITEM_LANGUAGES), count),
    labels: z.object({
      labelled: count,
      /** The most frequent 200 labels. */
      counts: z.array(z.object({ label: labelText, count })),
      different: count,
      /** How many different labels are personal data by themselves, such as an address. */
      personal: count.default(0),
      /** Entropy of the labels ÷ the largest possible one; null with fewer than two labels. */
      balance: share.nullable(),
    }),
    personalData: z.object({
      items: count,
      findings: z.record(z.enum(PERSONAL_DATA_KINDS), count),
    }),
    /** What the images are; null for texts. */
    images: z
      .object({
        sizeBytes: count,
        mediaTypes: z.array(z.object({ mediaType: z.enum(IMAGE_MEDIA_TYPES), count })),
        /** Sides in pixels. */
        width: sideSummary,
        height: sideSummary,
        /** The most frequent 50 sizes. */
        sizes: z.array(z.object({ width: count, height: count, count })),
        differentSizes: count,
      })
      .nullable()
      .default(null),
    quality: z.object({ score: z.number().min(0).max(100), reasons: z.array(qualityReason) }),
  })
  .meta({ id: 'DataProfile' });

/** What a dataset holds. */
export type DataProfile = z.infer<typeof dataProfile>;
