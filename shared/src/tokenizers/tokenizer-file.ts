import { z } from 'zod';
import { fileProblem, must, problemOf, TokenizerFileError } from './file-problem.ts';
import { CHINESE_SPACE } from './wordpiece.ts';

/** Most ids of a vocabulary: a pair of them must be one exact number. */
const MAX_VOCABULARY = 65_536;

/** Each is looked for in every text. */
const MAX_ADDED_TOKENS = 1000;

/** More problems than these help nobody to put the file right. */
const MOST_NAMED = 20;

/** The vocabulary as it is: a record that passes through a schema would lose a token named `__proto__`. */
const vocabulary = z.custom<Record<string, number>>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length <= MAX_VOCABULARY &&
    Object.values(value).every((id: unknown) => Number.isSafeInteger(id) && (id as number) >= 0),
  must(
    `must give each of at most ${MAX_VOCABULARY} tokens a whole number`,
    `必须为每个 token 给出一个整数，最多 ${MAX_VOCABULARY} 个 token`,
  ),
);

const MUST_BE_FALSE = must('must be false', '必须为 false');

const addedToken = z.object({
  id: z.number().int().min(0).max(MAX_VOCABULARY),
  content: z.string().min(1),
  single_word: z.literal(false, MUST_BE_FALSE),
  lstrip: z.boolean(),
  rstrip: z.literal(false, MUST_BE_FALSE),
  normalized: z.boolean(),
  special: z.boolean().default(true),
});

/** A token that is found in a text before anything else is done to it. */
export type AddedToken = z.infer<typeof addedToken>;

/** What is read first of every file: its tokens, and which kind of model they belong to. */
export const tokenizerHeader = z.object({
  added_tokens: z.array(addedToken).max(MAX_ADDED_TOKENS),
  model: z.object({
    type: z.enum(
      ['WordLevel', 'WordPiece', 'BPE'],
      must(
        'must be WordLevel (of characters), WordPiece or BPE (of bytes)',
        '必须是 WordLevel（按字符）、WordPiece 或 BPE（按字节）',
      ),
    ),
    vocab: vocabulary,
    unk_token: z.string().nullish(),
  }),
});

const notUsed = z
  .union([z.null(), z.literal(false), z.literal('')], must('must be null, false or empty', '必须为 null、false 或空'))
  .optional();

/** Two spellings of "any one character"; the library also cuts at each place where it finds nothing. */
const ANY_CHARACTER = [String.raw`[\s\S]`, '(?s).'] as const;

/** A vocabulary whose words are single characters. */
export const characterParts = z.object({
  normalizer: z.null(must('must be null for a vocabulary of characters', '字符词表要求为 null')),
  pre_tokenizer: z.object(
    {
      type: z.literal('Split', must('must be Split, with each character isolated', '必须是 Split，每个字符单独成词')),
      pattern: z.union(
        [z.object({ Regex: z.enum(ANY_CHARACTER) }), z.object({ String: z.literal('') })],
        must(
          `must be the Regex ${ANY_CHARACTER.join(' or ')}, or the empty String`,
          `必须是 Regex ${ANY_CHARACTER.join(' 或 ')}，或空的 String`,
        ),
      ),
      behavior: z.literal('Isolated', must('must be Isolated', '必须是 Isolated')),
    },
    must(
      `must be a Split with the pattern {"Regex": ${JSON.stringify(ANY_CHARACTER[0])}} and the behavior Isolated`,
      `必须是 Split，其 pattern 为 {"Regex": ${JSON.stringify(ANY_CHARACTER[0])}}，behavior 为 Isolated`,
    ),
  ),
  model: z.object({ vocab: vocabulary, unk_token: z.string() }),
});

const wordPieceDecoder = z.object({ type: z.literal('WordPiece'), prefix: z.string(), cleanup: z.boolean() });

/** Word pieces with BERT's normaliser and words. */
export const wordPieceParts = z.object({
  added_tokens: z.array(
    addedToken.extend({
      normalized: z.literal(
        false,
        must(
          'must be false: tokens in normalised text are not found',
          '必须为 false：不支持在规范化后的文本中查找 token',
        ),
      ),
    }),
  ),
  normalizer: z
    .object(
      {
        type: z.literal('BertNormalizer', must('must be BertNormalizer or null', '必须是 BertNormalizer 或 null')),
        clean_text: z.boolean(),
        handle_chinese_chars: z.boolean(),
        strip_accents: z.boolean().nullable(),
        lowercase: z.boolean(),
      },
      must('must be a BertNormalizer or null', '必须是 BertNormalizer 或 null'),
    )
    .nullable(),
  pre_tokenizer: z.object(
    { type: z.literal('BertPreTokenizer', must('must be BertPreTokenizer', '必须是 BertPreTokenizer')) },
    must('must be a BertPreTokenizer', '必须是 BertPreTokenizer'),
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
    must('must be a WordPiece decoder or null', '必须是 WordPiece 解码器或 null'),
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
  normalizer: z.null(
    must('must be null: a BPE of bytes keeps texts as they are', '必须为 null：字节级 BPE 不改动文本'),
  ),
  pre_tokenizer: z.object(
    {
      type: z.literal('ByteLevel', must('must be ByteLevel', '必须是 ByteLevel')),
      add_prefix_space: z.literal(false, MUST_BE_FALSE),
      use_regex: z.literal(true, must('must be true', '必须为 true')).optional(),
    },
    must('must be ByteLevel without a prefix space', '必须是不加前导空格的 ByteLevel'),
  ),
  decoder: z
    .object(
      { type: z.literal('ByteLevel', must('must be ByteLevel', '必须是 ByteLevel')) },
      must('must be ByteLevel or null', '必须是 ByteLevel 或 null'),
    )
    .nullable(),
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
    throw fileProblem('', 'the file is not JSON', '文件不是 JSON');
  }
}

/** The parts of a file as a schema has them; throws a `TokenizerFileError` that names each key that is not read, and what is. */
export function checked<Parts>(schema: z.ZodType<Parts>, file: unknown): Parts {
  const result = schema.safeParse(file);
  if (result.success) return result.data;
  throw new TokenizerFileError(result.error.issues.slice(0, MOST_NAMED).map((issue) => problemOf(issue, file)));
}
