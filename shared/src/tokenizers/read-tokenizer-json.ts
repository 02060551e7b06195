import { z } from 'zod';
import type { BertNormaliser } from './bert-words.ts';
import { BpeTokenizer } from './bpe.ts';
import { CharacterTokenizer } from './character.ts';
import type { Merge } from './learn-merges.ts';
import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID, type Tokenizer } from './tokenizer.ts';
import type { AnyTokenizer } from './train-tokenizer.ts';
import { CHINESE_SPACE, WordPieceTokenizer } from './wordpiece.ts';

/** The vocabulary as it is: a record that passes through a schema would lose a token named `__proto__`. */
const vocabulary = z.custom<Record<string, number>>(
  (value) => typeof value === 'object' && value !== null && Object.values(value).every(Number.isInteger),
);

const addedToken = z.object({
  id: z.number().int().min(0),
  content: z.string().min(1),
  single_word: z.literal(false),
  lstrip: z.literal(false),
  rstrip: z.literal(false),
  normalized: z.literal(false),
});

const notUsed = z.union([z.null(), z.literal(false), z.literal('')]).optional();

const characterParts = z.object({
  normalizer: z.null(),
  pre_tokenizer: z.object({
    type: z.literal('Split'),
    pattern: z.object({ Regex: z.literal(String.raw`[\s\S]`) }),
    behavior: z.literal('Isolated'),
  }),
  model: z.object({ type: z.literal('WordLevel'), vocab: vocabulary }),
});

const wordPieceDecoder = z.object({ type: z.literal('WordPiece'), prefix: z.string(), cleanup: z.boolean() });

const wordPieceParts = z.object({
  normalizer: z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean(),
    handle_chinese_chars: z.boolean(),
    strip_accents: z.boolean().nullable(),
    lowercase: z.boolean(),
  }),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  decoder: z.union([
    wordPieceDecoder,
    z.object({
      type: z.literal('Sequence'),
      decoders: z.tuple([
        wordPieceDecoder,
        z.object({ type: z.literal('Replace'), pattern: z.object({ Regex: z.literal(CHINESE_SPACE) }) }),
      ]),
    }),
  ]),
  model: z.object({
    type: z.literal('WordPiece'),
    vocab: vocabulary,
    unk_token: z.string(),
    continuing_subword_prefix: z.string(),
    max_input_chars_per_word: z.number().int().min(1),
  }),
});

const bpeParts = z.object({
  normalizer: z.null(),
  pre_tokenizer: z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.literal(false),
    use_regex: z.literal(true).optional(),
  }),
  decoder: z.object({ type: z.literal('ByteLevel') }),
  model: z.object({
    type: z.literal('BPE'),
    vocab: vocabulary,
    merges: z.array(z.union([z.tuple([z.string(), z.string()]), z.string()])),
    dropout: notUsed,
    continuing_subword_prefix: notUsed,
    end_of_word_suffix: notUsed,
    byte_fallback: notUsed,
    ignore_merges: notUsed,
  }),
});

/** As `addedToken`; what is said of normalising has no effect where there is none, as with byte-level BPE. */
const foreignToken = addedToken.extend({ lstrip: z.boolean(), normalized: z.boolean() });

const foreignHeader = z.object({
  added_tokens: z.array(foreignToken),
  model: z.object({
    type: z.enum(['WordLevel', 'WordPiece', 'BPE']),
    vocab: vocabulary,
    unk_token: z.string().nullish(),
  }),
});

const header = z.object({
  added_tokens: z.array(addedToken),
  model: z.object({ type: z.enum(['WordLevel', 'WordPiece', 'BPE']), vocab: vocabulary }),
});

/** Spellings of the special tokens that other projects use, by the id they need here. */
const KNOWN_NAMES: readonly (readonly string[])[] = [
  [SPECIAL_TOKENS[0], '[PAD]', '<|pad|>'],
  [SPECIAL_TOKENS[1], '[CLS]', '[BOS]', '<s>', '<|startoftext|>'],
  [SPECIAL_TOKENS[2], '[SEP]', '[EOS]', '</s>', '<|endoftext|>'],
  [SPECIAL_TOKENS[3], '[UNK]', '<|unk|>'],
];

/** A `tokenizer.json` that cannot be used, with what would have to be different. */
class TokenizerFileError extends Error {
  override readonly name = 'TokenizerFileError';
}

/**
 * Reads a `tokenizer.json` that was written here, or by Hugging Face's library for a WordPiece model with BERT's normaliser and words or a BPE model on
 * GPT-2's bytes, as long as padding, begin, end and unknown have the ids 0 to 3. Throws a `TokenizerFileError` otherwise.
 */
export function readTokenizerJson(content: string): AnyTokenizer {
  const file = parseJson(content);
  const { added_tokens: added, model } = checked(header, file);
  const tokens = tokensOf(model.vocab, added);
  const special = new SpecialTokens(new Map(added.map(({ id, content: text }) => [id, text])));
  KNOWN_NAMES.forEach((names, id) => {
    const text = special.contents.get(id);
    if (text === undefined || !names.includes(text)) {
      const found = tokens[id] === undefined ? 'nothing' : `"${tokens[id]}"`;
      throw new TokenizerFileError(
        `The special token with id ${id} must be one of ${names.join(', ')}; the file has ${found}.`,
      );
    }
  });
  if (model.type === 'BPE') return readBpe(file, tokens, special);
  return model.type === 'WordPiece' ? readWordPiece(file, tokens, special) : readCharacter(file, tokens);
}

/** Cuts texts into the ids of a tokenizer from elsewhere. */
export interface ForeignTokenizer extends Pick<Tokenizer, 'encode'> {
  /** The tokenizer itself where it was written here, with the engine's own special tokens. */
  readonly own: AnyTokenizer | null;
}

/**
 * Reads a `tokenizer.json` as `readTokenizerJson` does, with the special tokens at whatever ids the file gives them (BERT's begin is 101, RoBERTa's
 * padding 1). It only encodes: what is read with it answers with numbers, not with text. Throws a `TokenizerFileError`.
 */
export function readForeignTokenizer(content: string): ForeignTokenizer {
  const file = parseJson(content);
  const { added_tokens: added, model } = checked(foreignHeader, file);
  const tokens = tokensOf(model.vocab, added);
  if (model.type === 'WordLevel' || SPECIAL_TOKENS.every((token, id) => tokens[id] === token)) {
    const own = readTokenizerJson(content);
    return { own, encode: (text) => own.encode(text) };
  }
  if (model.type === 'WordPiece' && added.some(({ normalized }) => normalized)) {
    throw new TokenizerFileError('Special tokens that are found in normalised text are not read.');
  }
  // Inside, the special tokens have the ids that they have everywhere here; a place that the file has no token for stays empty.
  const contents = new Set(added.map((token) => token.content));
  const places = KNOWN_NAMES.map((names, id) => {
    if (id === UNKNOWN_ID && model.type === 'WordPiece') return tokens.indexOf(model.unk_token ?? '');
    return tokens.indexOf(names.find((name) => contents.has(name)) ?? '');
  });
  const originals = [...places, ...tokens.keys().filter((id) => !places.includes(id))];
  const renumbered = originals.map((id) => tokens[id] ?? '');
  const placeOf = new Map(originals.map((id, place) => [id, place]));
  const special = new SpecialTokens(
    new Map(added.map((token) => [placeOf.get(token.id) ?? UNKNOWN_ID, token.content])),
    new Set(added.filter(({ lstrip }) => lstrip).map((token) => token.content)),
  );
  const inner = model.type === 'BPE' ? readBpe(file, renumbered, special) : readWordPiece(file, renumbered, special);
  return { own: null, encode: (text) => inner.encode(text).map((id) => originals[id] ?? 0) };
}

function readCharacter(file: unknown, tokens: readonly string[]): CharacterTokenizer {
  checked(characterParts, file);
  const symbols = tokens.slice(SPECIAL_TOKENS.length);
  const isOwn = SPECIAL_TOKENS.every((token, id) => tokens[id] === token);
  if (!isOwn || symbols.some((symbol) => Array.from(symbol).length !== 1)) {
    throw new TokenizerFileError('A vocabulary of words is read only where each word is a single character.');
  }
  return new CharacterTokenizer(symbols);
}

function readWordPiece(file: unknown, tokens: readonly string[], special: SpecialTokens): WordPieceTokenizer {
  const { normalizer, decoder, model } = checked(wordPieceParts, file);
  if (model.unk_token !== tokens[3]) {
    throw new TokenizerFileError(`Unknown words must become the token with id 3, not "${model.unk_token}".`);
  }
  const pieces = decoder.type === 'Sequence' ? decoder.decoders[0] : decoder;
  if (pieces.prefix !== model.continuing_subword_prefix) {
    throw new TokenizerFileError('The model and the decoder mark the inside of words in different ways.');
  }
  const normaliser: BertNormaliser = {
    cleanText: normalizer.clean_text,
    separateChinese: normalizer.handle_chinese_chars,
    stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
    lowercase: normalizer.lowercase,
  };
  const settings = {
    normaliser,
    prefix: pieces.prefix,
    longestWord: model.max_input_chars_per_word,
    cleanUp: pieces.cleanup,
    joinChinese: decoder.type === 'Sequence',
  };
  return new WordPieceTokenizer(tokens, settings, special);
}

function readBpe(file: unknown, tokens: readonly string[], special: SpecialTokens): BpeTokenizer {
  const { model } = checked(bpeParts, file);
  const merges = model.merges.map((merge): Merge => {
    const [left, right, ...rest] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (left === undefined || right === undefined || rest.length > 0) {
      throw new TokenizerFileError(`"${merge.toString()}" does not name two tokens.`);
    }
    return [left, right];
  });
  try {
    return new BpeTokenizer(tokens, merges, special);
  } catch (error) {
    if (error instanceof RangeError) throw new TokenizerFileError(error.message, { cause: error });
    throw error;
  }
}

/** Token of each id; throws where an id is missing or given twice. */
function tokensOf(vocab: Record<string, number>, added: readonly { id: number; content: string }[]): string[] {
  const ids = new Map(Object.entries(vocab));
  for (const { id, content } of added) ids.set(content, id);
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  if (tokens.length !== ids.size || Object.keys(tokens).length !== ids.size) {
    throw new TokenizerFileError('The ids of the vocabulary are not the numbers from 0 on, each once.');
  }
  return tokens;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new TokenizerFileError('The file is not JSON.', { cause: error });
  }
}

function checked<Parts>(schema: z.ZodType<Parts>, file: unknown): Parts {
  const result = schema.safeParse(file);
  if (result.success) return result.data;
  throw new TokenizerFileError(`This kind of tokenizer.json cannot be used. ${z.prettifyError(result.error)}`);
}
