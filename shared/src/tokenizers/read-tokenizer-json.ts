import { bertWords, type BertNormaliser } from './bert-words.ts';
import { BpeTokenizer, MissingTokenError } from './bpe.ts';
import { CharacterTokenizer } from './character.ts';
import { fileProblem } from './file-problem.ts';
import type { Merge } from './learn-merges.ts';
import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID } from './tokenizer.ts';
import {
  bpeParts,
  characterParts,
  checked,
  parseTokenizerJson,
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
    throw fileProblem(
      'added_tokens',
      `the special token with id ${id} must be one of ${names.join(', ')}; the file has ${token === undefined ? 'nothing' : `"${token}"`}`,
      `id 为 ${id} 的特殊 token 必须是 ${names.join('、')} 之一；文件中${token === undefined ? '没有这一项' : `为“${token}”`}`,
    );
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
    throw fileProblem(
      'model.vocab',
      'a vocabulary of words is read only where each word is a single character',
      '仅支持每个词都是单个字符的词表',
    );
  }
  return new CharacterTokenizer(symbols, first, special);
}

function requireUnknown(unknown: string | null | undefined, tokens: readonly string[]): void {
  if (unknown === tokens[UNKNOWN_ID]) return;
  throw fileProblem(
    'model.unk_token',
    `unknown words must become the token with id ${UNKNOWN_ID}, "${tokens[UNKNOWN_ID]}", not "${unknown ?? ''}"`,
    `未知词必须对应 id 为 ${UNKNOWN_ID} 的 token“${tokens[UNKNOWN_ID]}”，而不是“${unknown ?? ''}”`,
  );
}

function readWordPiece(file: unknown, tokens: readonly string[], special: SpecialTokens): WordPieceTokenizer {
  const { normalizer, decoder, model, added_tokens: added } = checked(wordPieceParts, file);
  requireUnknown(model.unk_token, tokens);
  const prefix = model.continuing_subword_prefix;
  const pieces = decoder?.type === 'Sequence' ? decoder.decoders[0] : decoder;
  if (pieces && pieces.prefix !== prefix) {
    throw fileProblem(
      'decoder.prefix',
      `must be the model's "${prefix}"; the file has "${pieces.prefix}"`,
      `必须与模型的“${prefix}”一致；文件中为“${pieces.prefix}”`,
    );
  }
  const longestWord = model.max_input_chars_per_word;
  if (longestWord > LONGEST_CUT && tokens.some((token) => token.length > LONGEST_CUT)) {
    throw fileProblem(
      'model.max_input_chars_per_word',
      `must be at most ${LONGEST_CUT} where a token is longer than that; the file has ${longestWord}`,
      `词表中有长于 ${LONGEST_CUT} 个字符的 token 时，不得超过 ${LONGEST_CUT}；文件中为 ${longestWord}`,
    );
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
    throw fileProblem(
      'added_tokens',
      `"${asPiece.content}" is a word and must be in model.vocab as well`,
      `“${asPiece.content}”是一个词，必须同时列入 model.vocab`,
    );
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
      throw fileProblem(`model.merges.${place}`, 'must name two tokens', '必须写出两个 token');
    }
    return [left, right];
  });
  const { unk_token: unknown } = model;
  if (unknown != null) requireUnknown(unknown, tokens);
  try {
    return new BpeTokenizer(tokens, merges, special, { marksUnknown: unknown != null });
  } catch (error) {
    if (!(error instanceof MissingTokenError)) throw error;
    throw fileProblem(
      'model.merges',
      `the vocabulary has no token "${error.token}"`,
      `词表中没有 token“${error.token}”`,
    );
  }
}

/** Token of each id; throws where an id is missing or given twice. */
export function tokensOf(vocab: Record<string, number>, added: readonly AddedToken[]): string[] {
  const ids = new Map(Object.entries(vocab));
  for (const { id, content } of added) {
    if ((ids.get(content) ?? id) !== id) {
      const other = ids.get(content);
      throw fileProblem(
        'added_tokens',
        `"${content}" has the id ${id} here and ${other} in model.vocab`,
        `“${content}”在此处的 id 是 ${id}，在 model.vocab 中是 ${other}`,
      );
    }
    ids.set(content, id);
  }
  const tokens: string[] = [];
  for (const [token, id] of ids) if (id < ids.size) tokens[id] = token;
  if (Object.keys(tokens).length !== ids.size) {
    throw fileProblem(
      'model.vocab',
      `the ids must be the numbers from 0 to ${ids.size - 1}, each once`,
      `id 必须是 0 到 ${ids.size - 1} 的整数，每个恰好出现一次`,
    );
  }
  return tokens;
}
