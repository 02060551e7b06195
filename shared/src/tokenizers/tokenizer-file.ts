import { z } from 'zod';
import { CHINESE_SPACE } from './wordpiece.ts';

/** Most ids of a vocabulary: a pair of them must be one exact number. */
const MAX_VOCABULARY = 65_536;

/** Each is looked for in every text. */
const MAX_ADDED_TOKENS = 1000;

/** What a `tokenizer.json` has that is not read, by key, with what is. */
export interface TokenizerFileProblem {
  readonly key: string;
  readonly message: string;
}

/** A `tokenizer.json` that cannot be used, with what would have to be different. */
export class TokenizerFileError extends Error {
  override readonly name = 'TokenizerFileError';
  readonly problems: readonly TokenizerFileProblem[];

  constructor(problems: readonly TokenizerFileProblem[]) {
    super(
      `This kind of tokenizer.json cannot be used. ${problems.map(({ key, message }) => `${key}: ${message}`).join('; ')}`,
    );
    this.problems = problems;
  }
}

/** The vocabulary as it is: a record that passes through a schema would lose a token named `__proto__`. */
const vocabulary = z.custom<Record<string, number>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length <= MAX_VOCABULARY &&
    Object.values(value).every((id: unknown) => Number.isSafeInteger(id) && (id as number) >= 0),
  `must give each of at most ${MAX_VOCABULARY} tokens a whole number`,
);

const addedToken = z.object({
  id: z.number().int().min(0).max(MAX_VOCABULARY),
  content: z.string().min(1),
  single_word: z.literal(false, 'must be false'),
  lstrip: z.boolean(),
  rstrip: z.literal(false, 'must be false'),
  normalized: z.boolean(),
  special: z.boolean().default(true),
});

/** A token that is found in a text before anything else is done to it. */
export type AddedToken = z.infer<typeof addedToken>;

/** What is read first of every file: its tokens, and which kind of model they belong to. */
export const tokenizerHeader = z.object({
  added_tokens: z.array(addedToken).max(MAX_ADDED_TOKENS),
  model: z.object({
    type: z.enum(['WordLevel', 'WordPiece', 'BPE'], 'must be WordLevel (of characters), WordPiece or BPE (of bytes)'),
    vocab: vocabulary,
    unk_token: z.string().nullish(),
  }),
});

const notUsed = z.union([z.null(), z.literal(false), z.literal('')], 'must be null, false or empty').optional();

/** Two spellings of "any one character"; the library also cuts at each place where it finds nothing. */
const ANY_CHARACTER = [String.raw`[\s\S]`, '(?s).'] as const;

/** A vocabulary whose words are single characters. */
export const characterParts = z.object({
  normalizer: z.null('must be null for a vocabulary of characters'),
  pre_tokenizer: z.object(
    {
      type: z.literal('Split', 'must be Split, with each character isolated'),
      pattern: z.union(
        [z.object({ Regex: z.enum(ANY_CHARACTER) }), z.object({ String: z.literal('') })],
        `must be the Regex ${ANY_CHARACTER.join(' or ')}, or the empty String`,
      ),
      behavior: z.literal('Isolated', 'must be Isolated'),
    },
    `must be a Split with the pattern {"Regex": ${JSON.stringify(ANY_CHARACTER[0])}} and the behavior Isolated`,
  ),
  model: z.object({ vocab: vocabulary, unk_token: z.string() }),
});

const wordPieceDecoder = z.object({ type: z.literal('WordPiece'), prefix: z.string(), cleanup: z.boolean() });

/** Word pieces with BERT's normaliser and words. */
export const wordPieceParts = z.object({
  added_tokens: z.array(
    addedToken.extend({ normalized: z.literal(false, 'must be false: tokens in normalised text are not found') }),
  ),
  normalizer: z
    .object(
      {
        type: z.literal('BertNormalizer', 'must be BertNormalizer or null'),
        clean_text: z.boolean(),
        handle_chinese_chars: z.boolean(),
        strip_accents: z.boolean().nullable(),
        lowercase: z.boolean(),
      },
      'must be a BertNormalizer or null',
    )
    .nullable(),
  pre_tokenizer: z.object(
    { type: z.literal('BertPreTokenizer', 'must be BertPreTokenizer') },
    'must be a BertPreTokenizer',
  ),
  decoder: z.union(
    [
      z.null(),
      wordPieceDecoder,
      z.object({
        type: z.literal('Sequence'),
        decoders: z.tuple([
          wordPieceDecoder,
          z.object({ type: z.literal('Replace'), pattern: z.object({ Regex: z.literal(CHINESE_SPACE) }) }),
        ]),
      }),
    ],
    'must be a WordPiece decoder or null',
  ),
  model: z.object({
    vocab: vocabulary,
    unk_token: z.string(),
    continuing_subword_prefix: z.string(),
    max_input_chars_per_word: z.number().int().min(1),
  }),
});

/** Byte pairs as in GPT-2. */
export const bpeParts = z.object({
  normalizer: z.null('must be null: a BPE of bytes keeps texts as they are'),
  pre_tokenizer: z.object(
    {
      type: z.literal('ByteLevel', 'must be ByteLevel'),
      add_prefix_space: z.literal(false, 'must be false'),
      use_regex: z.literal(true, 'must be true').optional(),
    },
    'must be ByteLevel without a prefix space',
  ),
  decoder: z.object({ type: z.literal('ByteLevel', 'must be ByteLevel') }, 'must be ByteLevel or null').nullable(),
  model: z.object({
    vocab: vocabulary,
    merges: z.array(z.union([z.tuple([z.string(), z.string()]), z.string()])).max(MAX_VOCABULARY),
    unk_token: z.string().nullish(),
    dropout: notUsed,
    continuing_subword_prefix: notUsed,
    end_of_word_suffix: notUsed,
    fuse_unk: notUsed,
    byte_fallback: notUsed,
    ignore_merges: notUsed,
  }),
});

/** The file as an object; throws where it is not JSON. */
export function parseTokenizerJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new TokenizerFileError([{ key: '', message: 'the file is not JSON' }]);
  }
}

/** What is found at a key, as far as it says what kind of thing it is: words of the vocabulary are not repeated. */
function foundAt(file: unknown, path: readonly PropertyKey[]): string {
  let value: unknown = file;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  if (value === undefined) return 'nothing';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value).slice(0, 60);
  const { type } = value as { type?: unknown };
  return typeof type === 'string' ? type.slice(0, 60) : Array.isArray(value) ? 'a list' : 'an object';
}

/** The parts of a file as a schema has them; throws a `TokenizerFileError` that names each key that is not read, and what is. */
export function checked<Parts>(schema: z.ZodType<Parts>, file: unknown): Parts {
  const result = schema.safeParse(file);
  if (result.success) return result.data;
  throw new TokenizerFileError(
    result.error.issues.slice(0, 20).map(({ path, message }) => ({
      key: path.map(String).join('.'),
      message: `${message}; the file has ${foundAt(file, path)}`,
    })),
  );
}
