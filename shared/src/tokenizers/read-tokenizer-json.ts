import { bertWords, type BertNormaliser } from './bert-words.ts';
import { BpeTokenizer } from './bpe.ts';
import { CharacterTokenizer } from './character.ts';
import type { Merge } from './learn-merges.ts';
import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID } from './tokenizer.ts';
import {
  bpeParts,
  characterParts,
  checked,
  parseTokenizerJson,
  TokenizerFileError,
  tokenizerHeader,
  wordPieceParts,
  type AddedToken,
} from './tokenizer-file.ts';
import type { AnyTokenizer } from './train-tokenizer.ts';
import { TRAINED_SETTINGS, WordPieceTokenizer } from './wordpiece.ts';

/** Word pieces of a word are looked for from each of its characters, the longest first: of longer words and pieces a text of a page would take minutes. */
const LONGEST_CUT = 200;

/** Spellings of the special tokens that other projects use, by the id they need here. */
export const KNOWN_NAMES: readonly (readonly string[])[] = [
  [SPECIAL_TOKENS[0], '[PAD]', '<|pad|>'],
  [SPECIAL_TOKENS[1], '[CLS]', '[BOS]', '<s>', '<|startoftext|>'],
  [SPECIAL_TOKENS[2], '[SEP]', '[EOS]', '</s>', '<|endoftext|>'],
  [SPECIAL_TOKENS[3], '[UNK]', '<|unk|>'],
];

/**
 * Reads a `tokenizer.json` that was written here, or by Hugging Face's library for a WordPiece model with BERT's normaliser and words, a BPE model on
 * GPT-2's bytes or a vocabulary of characters, as long as padding, begin, end and unknown have the ids 0 to 3. Throws a `TokenizerFileError` otherwise.
 */
export function readTokenizerJson(content: string): AnyTokenizer {
  const file = parseTokenizerJson(content);
  const { added_tokens: added, model } = checked(tokenizerHeader, file);
  const tokens = tokensOf(model.vocab, added);
  KNOWN_NAMES.forEach((names, id) => {
    const token = tokens[id];
    if (token !== undefined && names.includes(token)) return;
    if (id === UNKNOWN_ID && token !== undefined && token === model.unk_token) return;
    const found = token === undefined ? 'nothing' : `"${token}"`;
    throw new TokenizerFileError([
      {
        key: 'added_tokens',
        message: `the special token with id ${id} must be one of ${names.join(', ')}; the file has ${found}`,
      },
    ]);
  });
  const special = new SpecialTokens(new Map(added.map((token) => [token.id, token.content])), {
    leftStripped: new Set(added.filter(({ lstrip }) => lstrip).map((token) => token.content)),
    foundLater: new Set(added.filter(({ normalized }) => normalized).map((token) => token.content)),
    shown: new Set(added.filter((token) => !token.special).map(({ id }) => id)),
  });
  if (model.type === 'BPE') return readBpe(file, tokens, special);
  return model.type === 'WordPiece' ? readWordPiece(file, tokens, special) : readCharacter(file, tokens, special);
}

function readCharacter(file: unknown, tokens: readonly string[], special: SpecialTokens): CharacterTokenizer {
  const { model } = checked(characterParts, file);
  requireUnknown(model.unk_token, tokens);
  const first = tokens.slice(0, SPECIAL_TOKENS.length);
  const symbols = tokens.slice(SPECIAL_TOKENS.length);
  const longer = symbols.find(
    (symbol, place) => Array.from(symbol).length !== 1 && !special.contents.has(place + SPECIAL_TOKENS.length),
  );
  if (longer !== undefined) {
    const message = 'a vocabulary of words is read only where each word is a single character';
    throw new TokenizerFileError([{ key: 'model.vocab', message }]);
  }
  return new CharacterTokenizer(symbols, first, special);
}

function requireUnknown(unknown: string | null | undefined, tokens: readonly string[]): void {
  if (unknown === tokens[UNKNOWN_ID]) return;
  const message = `unknown words must become the token with id ${UNKNOWN_ID}, "${tokens[UNKNOWN_ID]}", not "${unknown ?? ''}"`;
  throw new TokenizerFileError([{ key: 'model.unk_token', message }]);
}

function readWordPiece(file: unknown, tokens: readonly string[], special: SpecialTokens): WordPieceTokenizer {
  const { normalizer, decoder, model, added_tokens: added } = checked(wordPieceParts, file);
  requireUnknown(model.unk_token, tokens);
  const prefix = model.continuing_subword_prefix;
  const pieces = decoder?.type === 'Sequence' ? decoder.decoders[0] : decoder;
  if (pieces && pieces.prefix !== prefix) {
    const message = `must be the model's "${prefix}"; the file has "${pieces.prefix}"`;
    throw new TokenizerFileError([{ key: 'decoder.prefix', message }]);
  }
  const longestWord = model.max_input_chars_per_word;
  if (longestWord > LONGEST_CUT && tokens.some((token) => token.length > LONGEST_CUT)) {
    const message = `must be at most ${LONGEST_CUT} where a token is longer than that; the file has ${longestWord}`;
    throw new TokenizerFileError([{ key: 'model.max_input_chars_per_word', message }]);
  }
  const normaliser: BertNormaliser = {
    cleanText: normalizer?.clean_text ?? false,
    separateChinese: normalizer?.handle_chinese_chars ?? false,
    stripAccents: normalizer?.strip_accents ?? normalizer?.lowercase ?? false,
    lowercase: normalizer?.lowercase ?? false,
  };
  // The library looks for added words in the text only, and never for a piece of the same spelling.
  const asPiece = added.find(
    ({ content }) => !Object.hasOwn(model.vocab, content) && bertWords(content, normaliser).join('\n') === content,
  );
  if (asPiece !== undefined) {
    const message = `"${asPiece.content}" is a word and must be in model.vocab as well`;
    throw new TokenizerFileError([{ key: 'added_tokens', message }]);
  }
  const settings = {
    normaliser,
    prefix,
    longestWord,
    cleanUp: pieces?.cleanup ?? TRAINED_SETTINGS.cleanUp,
    joinChinese: decoder === null || decoder.type === 'Sequence',
  };
  return new WordPieceTokenizer(tokens, settings, special);
}

function readBpe(file: unknown, tokens: readonly string[], special: SpecialTokens): BpeTokenizer {
  const { model } = checked(bpeParts, file);
  const merges = model.merges.map((merge, place): Merge => {
    const [left, right, ...rest] = typeof merge === 'string' ? merge.split(' ') : merge;
    if (left === undefined || right === undefined || rest.length > 0) {
      throw new TokenizerFileError([{ key: `model.merges.${place}`, message: 'must name two tokens' }]);
    }
    return [left, right];
  });
  const { unk_token: unknown } = model;
  if (unknown != null) requireUnknown(unknown, tokens);
  try {
    return new BpeTokenizer(tokens, merges, special, { marksUnknown: unknown != null });
  } catch (error) {
    if (error instanceof RangeError) throw new TokenizerFileError([{ key: 'model.merges', message: error.message }]);
    throw error;
  }
}

/** Token of each id; throws where an id is missing or given twice. */
export function tokensOf(vocab: Record<string, number>, added: readonly AddedToken[]): string[] {
  const ids = new Map(Object.entries(vocab));
  for (const { id, content } of added) {
    if ((ids.get(content) ?? id) !== id) {
      const message = `"${content}" has the id ${id} here and ${ids.get(content)} in model.vocab`;
      throw new TokenizerFileError([{ key: 'added_tokens', message }]);
    }
    ids.set(content, id);
  }
  const tokens: string[] = [];
  for (const [token, id] of ids) if (id < ids.size) tokens[id] = token;
  if (Object.keys(tokens).length !== ids.size) {
    const message = `the ids must be the numbers from 0 to ${ids.size - 1}, each once`;
    throw new TokenizerFileError([{ key: 'model.vocab', message }]);
  }
  return tokens;
}
