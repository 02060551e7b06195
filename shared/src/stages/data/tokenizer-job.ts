import { z } from 'zod';
import { saying } from '../../api/localized-text.ts';
import { id, sha256 } from '../../api/identifiers.ts';
import { defineJob } from '../../jobs/contract.ts';
import { LARGEST_VOCABULARY, SMALLEST_BPE_VOCABULARY, SMALLEST_VOCABULARY } from '../training/configuration.ts';
import { SPLITS } from './content.ts';

const count = z.int().min(0);

/** The longest item that a model can be set to read, in tokens: lengths up to it are counted one by one. */
export const LONGEST_CONTEXT = 1024;

/** How many of the most frequent tokens a report counts. */
export const FREQUENT_TOKENS = 50;

/** The tokenizer that is to be learned; normalisation is part of BERT's word pieces, the other kinds keep texts as they are. */
export const tokenizerSettings = z
  .object({
    kind: z.enum(['character', 'wordpiece', 'bpe']),
    /** Upper limit; learning stops at the tokens that the data has. */
    vocabularySize: z.int().min(SMALLEST_VOCABULARY).max(LARGEST_VOCABULARY),
    lowercase: z.boolean().default(false),
    /** `é` becomes `e`. */
    stripAccents: z.boolean().default(false),
  })
  .superRefine(({ kind, vocabularySize, lowercase, stripAccents }, context) => {
    if (kind === 'bpe' && vocabularySize < SMALLEST_BPE_VOCABULARY)
      context.addIssue({
        code: 'custom',
        path: ['vocabularySize'],
        ...saying({
          en: `BPE needs at least ${SMALLEST_BPE_VOCABULARY} tokens: 256 bytes and 4 special tokens`,
          zh: `BPE 至少需要 ${SMALLEST_BPE_VOCABULARY} 个 token：256 个字节和 4 个特殊 token`,
        }),
      });
    for (const [name, isWished] of Object.entries({ lowercase, stripAccents }))
      if (isWished && kind !== 'wordpiece')
        context.addIssue({
          code: 'custom',
          path: [name],
          ...saying({
            en: `only wordpiece normalises texts, not ${kind}`,
            zh: `只有 wordpiece 会规范化文本，${kind} 不会`,
          }),
        });
  })
  .meta({ id: 'TokenizerSettings' });

/** The tokenizer that is to be learned. */
export type TokenizerSettings = z.infer<typeof tokenizerSettings>;

/** How many tokens items have, without begin and end signs. */
const tokenLengths = z.object({
  p50: count,
  p90: count,
  p95: count,
  p99: count,
  longest: count,
  /** Items by their number of tokens, from 0 on, up to the longest context. */
  histogram: z.array(count).max(LONGEST_CONTEXT + 1),
  /** Items that are longer than the longest context. */
  beyond: count,
});

/** What a tokenizer makes of the items of a split. */
const tokenizedSplit = z.object({
  split: z.enum(SPLITS),
  items: count,
  /** Code points. */
  characters: count,
  /** As BERT cuts words: at white space, around punctuation and around each Chinese character. */
  words: count,
  tokens: count,
  /** Tokens that stand for something the vocabulary does not have. */
  unknownTokens: count,
  /** Words without such a token. */
  coveredWords: count,
  itemsWithUnknown: count,
  /** Different tokens that occur. */
  distinctTokens: count,
  lengths: tokenLengths,
});

/** What a tokenizer makes of the items of a split. */
export type TokenizedSplit = z.infer<typeof tokenizedSplit>;

/** What a tokenizer makes of its data version; tokens are named by id only, so that words lie in the tokenizer's file alone. */
export const tokenizerReport = z.object({
  /** The splits that have items, in the order train, validation, test. */
  splits: z.array(tokenizedSplit).max(3),
  /** The tokens that come most often in the training items, the most frequent first. */
  frequent: z.array(z.object({ id: count, count })).max(FREQUENT_TOKENS),
  /** Tokens that are personal data by themselves, such as a telephone number: the file then leaves as personal data does. */
  personalTokens: count,
});

/** What a tokenizer makes of its data version. */
export type TokenizerReport = z.infer<typeof tokenizerReport>;

/** Names of the input that the job works on, and of the file that it leaves behind. */
export const TOKENIZER_FILES = { items: 'items.jsonl', tokenizer: 'tokenizer.json' } as const;

/** Learns a tokenizer from the training items of a version and measures it on all of its splits. */
export const trainTokenizerJob = defineJob({
  kind: 'train-tokenizer',
  payload: z.object({ datasetVersionId: id, settings: tokenizerSettings }),
  result: z.object({
    tokenizer: z.object({ sha256, sizeBytes: count }),
    /** Number of ids. */
    size: count,
    report: tokenizerReport,
  }),
});

/** Measures a tokenizer that was brought along on all splits of a version. */
export const measureTokenizerJob = defineJob({
  kind: 'measure-tokenizer',
  payload: z.object({ datasetVersionId: id, tokenizerId: id }),
  result: z.object({ report: tokenizerReport }),
});
