import type { BpeTokenizer } from './bpe.ts';
import type { AnyTokenizer } from './train-tokenizer.ts';
import { UNKNOWN_ID, type Tokenizer } from './tokenizer.ts';
import { CHINESE_SPACE, type WordPieceTokenizer } from './wordpiece.ts';

/** The content of a `tokenizer.json`, from which Hugging Face's libraries make a tokenizer that gives every text the same ids. */
export function writeTokenizerJson(tokenizer: AnyTokenizer): string {
  const added = Array.from(tokenizer.special, ([id, content]) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    post_processor: null,
    ...partsOf(tokenizer),
  });
}

function partsOf(tokenizer: AnyTokenizer): object {
  if (tokenizer.kind === 'bpe') return bpeParts(tokenizer);
  return tokenizer.kind === 'wordpiece' ? wordPieceParts(tokenizer) : characterParts(tokenizer);
}

/** Each code point is a word. */
function characterParts(tokenizer: Tokenizer): object {
  return {
    normalizer: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: String.raw`[\s\S]` }, behavior: 'Isolated', invert: false },
    decoder: { type: 'Fuse' },
    model: { type: 'WordLevel', vocab: vocabularyOf(tokenizer), unk_token: tokenizer.tokens[UNKNOWN_ID] },
  };
}

function wordPieceParts(tokenizer: WordPieceTokenizer): object {
  const { normaliser, prefix, longestWord, cleanUp, joinChinese } = tokenizer.settings;
  const wordPiece = { type: 'WordPiece', prefix, cleanup: cleanUp };
  const join = { type: 'Replace', pattern: { Regex: CHINESE_SPACE }, content: '' };
  return {
    normalizer: {
      type: 'BertNormalizer',
      clean_text: normaliser.cleanText,
      handle_chinese_chars: normaliser.separateChinese,
      strip_accents: normaliser.stripAccents,
      lowercase: normaliser.lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    decoder: joinChinese ? { type: 'Sequence', decoders: [wordPiece, join] } : wordPiece,
    model: {
      type: 'WordPiece',
      unk_token: tokenizer.tokens[UNKNOWN_ID],
      continuing_subword_prefix: prefix,
      max_input_chars_per_word: longestWord,
      vocab: vocabularyOf(tokenizer),
    },
  };
}

function bpeParts(tokenizer: BpeTokenizer): object {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: true };
  return {
    normalizer: null,
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: vocabularyOf(tokenizer),
      // The older of the two spellings, which every version of the library reads; no byte symbol is a space.
      merges: tokenizer.merges.map(([left, right]) => `${left} ${right}`),
    },
  };
}

/** Ids by token; built as own properties, so that a token like `__proto__` is one as well. */
function vocabularyOf({ tokens }: Tokenizer): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}
