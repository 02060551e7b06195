import type { Tokenizer as LibraryTokenizer } from 'tokenizers';
import { describe, expect, test } from 'vitest';
import { bertWords } from '@greenlight/shared/tokenizers/bert-words.ts';
import { splitIntoWords, toByteSymbols } from '@greenlight/shared/tokenizers/byte-level.ts';
import { importTokenizerJson, readForeignTokenizer } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import { readTokenizerJson } from '@greenlight/shared/tokenizers/read-tokenizer-json.ts';
import { DIFFICULT_TEXTS, randomTexts, TRAINING_TEXTS } from './test-support/mixed-texts.ts';
import {
  SPECIAL_TOKENS,
  UNKNOWN_ID,
  UNKNOWN_TEXT,
  type TokenizerKind,
} from '@greenlight/shared/tokenizers/tokenizer.ts';
import { trainTokenizer, type AnyTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';

/** Hugging Face's own library; it has no binary for a few platforms. */
const library = await import('tokenizers').catch(() => undefined);

const RANDOM_TEXTS = 4_000;
const SEED = 20_261_125;

function libraryTokenizer(tokenizer: AnyTokenizer): LibraryTokenizer {
  if (library === undefined) throw new Error('The library is not installed.');
  return library.Tokenizer.fromString(writeTokenizerJson(tokenizer));
}

/** What the library decodes, with its unknown sign shown as ours is. */
async function libraryText(tokenizer: LibraryTokenizer, ids: readonly number[], isSilent: (id: number) => boolean) {
  const spoken = ids.filter((id) => !isSilent(id));
  const text = await tokenizer.decode(spoken, false);
  return text.replaceAll(SPECIAL_TOKENS[UNKNOWN_ID], UNKNOWN_TEXT);
}

/** Each text whose ids or decoded text differ from the library's, with both. */
async function differences(tokenizer: AnyTokenizer, texts: readonly string[]): Promise<object[]> {
  const other = libraryTokenizer(tokenizer);
  const encodings = await other.encodeBatch([...texts], { addSpecialTokens: false });
  const isSilent = (id: number): boolean => id !== UNKNOWN_ID && tokenizer.special.has(id);
  const found: object[] = [];
  for (const [place, text] of texts.entries()) {
    const expected = encodings[place]?.getIds() ?? [];
    const ids = [...tokenizer.encode(text)];
    const shown = {
      text: JSON.stringify(text),
      codePoints: Array.from(text, (sign) => sign.codePointAt(0)?.toString(16)).join(' '),
    };
    if (ids.join() !== expected.join()) found.push({ ...shown, ids: ids.join(), expected: expected.join() });
    const decoded = tokenizer.decode(expected);
    const expectedText = await libraryText(other, expected, isSilent);
    if (decoded !== expectedText) found.push({ ...shown, decoded, expectedText });
    // Without unknown signs the library's usual way to decode gives the same.
    if (!expected.includes(UNKNOWN_ID)) {
      const usual = await other.decode(expected, true);
      if (usual !== decoded) found.push({ ...shown, decoded, usual });
    }
  }
  return found;
}

/** Each code point of the planes that have characters between letters, digits and spaces, so many in a text. */
function* textsOfAllCodePoints(): Generator<string> {
  const planes = [0, 1, 2, 3, 14];
  for (const plane of planes) {
    for (let first = 0; first < 0x1_0000; first += 128) {
      const points = Array.from({ length: 128 }, (_, offset) => plane * 0x1_0000 + first + offset);
      const signs = points
        .filter((point) => point < 0xd800 || point > 0xdfff)
        .map((point) => String.fromCodePoint(point));
      yield signs.map((sign) => `a${sign}b 1${sign}2 ${sign}!`).join(' ');
    }
  }
}

/** The texts of all code points that two functions cut into different words. */
function textsCutDifferently(ours: (text: string) => string[], theirs: (text: string) => string[]): string[] {
  const separator = '\uE000';
  return [...textsOfAllCodePoints()].filter((text) => ours(text).join(separator) !== theirs(text).join(separator));
}

/** A tokenizer's file as BERT's or RoBERTa's are written: special tokens of other names at other ids, among the others. */
function foreignJson(tokenizer: AnyTokenizer): string {
  const file = JSON.parse(writeTokenizerJson(tokenizer)) as {
    added_tokens: object[];
    normalizer: Record<string, unknown> | null;
    model: { vocab: Record<string, number>; unk_token: string | null };
  };
  const isWordPiece = tokenizer.kind === 'wordpiece';
  const names = isWordPiece ? ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] : ['<s>', '<pad>', '</s>', '<mask>'];
  const ids = isWordPiece ? [0, 100, 101, 102, 103] : [0, 1, 2, 399];
  const plain = tokenizer.tokens.slice(SPECIAL_TOKENS.length);
  const tokens: string[] = [];
  names.forEach((name, place) => (tokens[ids[place] ?? 0] = name));
  for (let id = 0; plain.length > 0; id++) tokens[id] ??= plain.shift() ?? '';
  file.model.vocab = Object.fromEntries(Array.from(tokens, (token, id) => [token ?? `filler ${id}`, id]));
  file.added_tokens = names.map((content, place) => ({
    ...{ id: ids[place], content, single_word: false, lstrip: content === '<mask>', rstrip: false },
    ...{ normalized: !isWordPiece, special: true },
  }));
  if (isWordPiece) {
    file.model.unk_token = '[UNK]';
    Object.assign(file.normalizer ?? {}, { lowercase: true, strip_accents: null });
  }
  return JSON.stringify(file);
}

interface TokenizerFile {
  added_tokens: object[];
  decoder: object | null;
  model: { vocab: Record<string, number>; merges: string[]; unk_token: string | null };
}

const SPECIAL = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

function fileOf(tokenizer: AnyTokenizer): TokenizerFile {
  return JSON.parse(writeTokenizerJson(tokenizer)) as TokenizerFile;
}

function numbered(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** A file as GPT-2's is: nothing special but an end, at the end of the vocabulary. */
function gpt2Json(tokenizer: AnyTokenizer): string {
  const file = fileOf(tokenizer);
  const tokens = [...tokenizer.tokens.slice(SPECIAL_TOKENS.length), '<|endoftext|>'];
  file.added_tokens = [{ ...SPECIAL, id: tokens.length - 1, content: '<|endoftext|>', normalized: true }];
  file.model.vocab = numbered(tokens);
  file.decoder = null;
  return JSON.stringify(file);
}

/** A file whose trainer was not told the alphabet of bytes, so that it lacks those that it did not see. */
function withoutBytes(tokenizer: AnyTokenizer, unknown: string | null): string {
  const file = fileOf(tokenizer);
  const lacking = new Set(['z', 'q', 'Ŀ', 'º', '!'].filter((symbol) => tokenizer.tokens.includes(symbol)));
  const tokens = tokenizer.tokens.filter(
    (token) => ![...token].some((symbol) => lacking.has(symbol)) || token === '<unk>',
  );
  file.model.vocab = numbered(tokens);
  file.model.merges = file.model.merges.filter((merge) => ![...merge].some((symbol) => lacking.has(symbol)));
  file.model.unk_token = unknown;
  return JSON.stringify(file);
}

/** A vocabulary of characters in which the unknown sign comes first. */
function charactersJson(tokenizer: AnyTokenizer): string {
  const file = fileOf(tokenizer);
  const tokens = ['[UNK]', '[PAD]', ...tokenizer.tokens.slice(SPECIAL_TOKENS.length), '[EOS]', '[BOS]'];
  file.model = { ...file.model, vocab: numbered(tokens), unk_token: '[UNK]' };
  file.added_tokens = ['[UNK]', '[PAD]', '[EOS]', '[BOS]'].map((content) => ({
    ...SPECIAL,
    id: tokens.indexOf(content),
    content,
  }));
  return JSON.stringify(file);
}

/** A file of another project to which somebody added words that are no special tokens. */
function withWords(tokenizer: AnyTokenizer): string {
  const file = JSON.parse(foreignJson(tokenizer)) as TokenizerFile;
  const size = Object.keys(file.model.vocab).length;
  file.model.vocab['大模型'] = size;
  const word = { ...SPECIAL, special: false };
  file.added_tokens.push({ ...word, id: size, content: '大模型' }, { ...word, id: size + 1, content: 'e.g.' });
  return JSON.stringify(file);
}

/** A file of another project to which somebody added tokens that begin alike, some of which are found before the others. */
function withOverlaps(tokenizer: AnyTokenizer): string {
  const file = JSON.parse(foreignJson(tokenizer)) as TokenizerFile;
  const size = Object.keys(file.model.vocab).length;
  const added = [
    { content: '<ma', lstrip: true },
    { content: '<mask>2', normalized: true },
    { content: 'k>2<', lstrip: true },
  ];
  added.forEach((token, place) => file.added_tokens.push({ ...SPECIAL, id: size + place, ...token }));
  return JSON.stringify(file);
}

const tokenizers = ([kind, size]: readonly [TokenizerKind, number]): AnyTokenizer =>
  trainTokenizer(kind, TRAINING_TEXTS, size);

describe.skipIf(library === undefined)(
  "tokenizer.json in Hugging Face's own library (where it has a binary for this platform)",
  () => {
    test.each([
      ['character', 10_000],
      ['character', 60],
      ['wordpiece', 10_000],
      ['wordpiece', 120],
      ['bpe', 10_000],
      ['bpe', 300],
    ] as const)('a %s tokenizer of at most %d ids gives the same ids and the same text', async (kind, size) => {
      const tokenizer = tokenizers([kind, size]);
      const texts = [...TRAINING_TEXTS, ...DIFFICULT_TEXTS, ...randomTexts(RANDOM_TEXTS, SEED)];
      const found = await differences(tokenizer, texts);
      expect({ texts: texts.length, different: found.length, first: found.slice(0, 5) }).toEqual({
        texts: texts.length,
        different: 0,
        first: [],
      });
    });

    test.each(['wordpiece', 'bpe'] as const)(
      'a %s file of another project, with its own special tokens, gives the same ids',
      async (kind) => {
        const json = foreignJson(tokenizers([kind, 400]));
        const other = library?.Tokenizer.fromString(json);
        const { encode, own } = readForeignTokenizer(json);
        expect(own).toBeNull();
        expect(() => readTokenizerJson(json)).toThrow();
        const spelled = [
          'a <mask>b',
          '[CLS] x [SEP][PAD]',
          'a  [MASK] [UNK]',
          '<s>a</s> <pad>',
          '\u3000<mask> <mask>',
          'Ünïcode ÉTÉ',
        ];
        const texts = [...TRAINING_TEXTS, ...DIFFICULT_TEXTS, ...spelled, ...randomTexts(1000, SEED)];
        const encodings = (await other?.encodeBatch(texts, { addSpecialTokens: false })) ?? [];
        texts.forEach((text, place) => {
          expect([text, [...encode(text)]]).toEqual([text, [...(encodings[place]?.getIds() ?? [])]]);
        });
      },
    );

    test('every code point is cut into the same byte-level words', () => {
      const cut = libraryTokenizer(tokenizers(['bpe', 300])).getPreTokenizer();
      const different = textsCutDifferently(
        (text) => splitIntoWords(text).map(toByteSymbols),
        (text) => cut?.preTokenizeString(text).map(([word]) => word) ?? [],
      );
      expect(different).toEqual([]);
    });

    test.each([
      { cleanText: true, separateChinese: true, stripAccents: false, lowercase: false },
      { cleanText: true, separateChinese: true, stripAccents: true, lowercase: true },
    ])('every code point is normalised and cut into the same BERT words: %o', (steps) => {
      const normaliser = library?.bertNormalizer({ ...steps, handleChineseChars: steps.separateChinese });
      const cut = library?.bertPreTokenizer();
      const different = textsCutDifferently(
        (text) => bertWords(text, steps),
        (text) => cut?.preTokenizeString(normaliser?.normalizeString(text) ?? '').map(([word]) => word) ?? [],
      );
      expect(different).toEqual([]);
    });

    test.each(['character', 'wordpiece', 'bpe'] as const)(
      'a %s file has the same vocabulary and sizes there',
      (kind) => {
        const tokenizer = tokenizers([kind, 400]);
        const other = libraryTokenizer(tokenizer);
        expect(other.getVocabSize()).toBe(tokenizer.size);
        expect(tokenizer.tokens.map((token) => other.tokenToId(token))).toEqual(tokenizer.tokens.map((_, id) => id));
      },
    );

    test.each(['character', 'wordpiece', 'bpe'] as const)('a %s file is read back with the same ids', (kind) => {
      const tokenizer = tokenizers([kind, 400]);
      const again = readTokenizerJson(writeTokenizerJson(tokenizer));
      for (const text of DIFFICULT_TEXTS) expect(again.encode(text)).toEqual(tokenizer.encode(text));
    });
  },
);

describe.skipIf(library === undefined)(
  "a tokenizer.json that is brought along, in Hugging Face's own library (where it has a binary for this platform)",
  () => {
    test.each([
      ['word pieces with special tokens elsewhere', foreignJson(tokenizers(['wordpiece', 400]))],
      ['byte pairs as in RoBERTa', foreignJson(tokenizers(['bpe', 400]))],
      ['byte pairs with an end only, as in GPT-2', gpt2Json(tokenizers(['bpe', 500]))],
      ['byte pairs that lack bytes, which vanish', withoutBytes(tokenizers(['bpe', 400]), null)],
      ['byte pairs that lack bytes, which are unknown', withoutBytes(tokenizers(['bpe', 400]), '<unk>')],
      ['characters with unknown first', charactersJson(tokenizers(['character', 60]))],
      ['word pieces with words added to them', withWords(tokenizers(['wordpiece', 400]))],
      ['byte pairs with added tokens that begin alike', withOverlaps(tokenizers(['bpe', 400]))],
    ])(
      '%s: brought along they give the ids of the file, and to runs those of a file that the library reads too',
      async (_name, json) => {
        const { tokenizer, content, originalIds } = importTokenizerJson(json);
        const texts = [
          ...TRAINING_TEXTS,
          ...DIFFICULT_TEXTS,
          'a大模型b <|endoftext|> <unk>[UNK]',
          ...['x  <mask>2y', ' <mask> <ma  <mask>2', 'k>2<mask> \n k>2<', '\uFEFF<mask>', 'a\u0085 \uFEFF\u3000<ma'],
          ...randomTexts(1500, SEED),
        ];
        const idsIn = async (file: string) =>
          ((await library?.Tokenizer.fromString(file).encodeBatch(texts, { addSpecialTokens: false })) ?? []).map(
            (one) => [...one.getIds()],
          );
        const [asFile, forRuns] = [await idsIn(json), await idsIn(content)];
        texts.forEach((text, place) => {
          const ids = [...tokenizer.encode(text)];
          expect([text, ids]).toEqual([text, forRuns[place]]);
          expect([text, ids.map((id) => originalIds?.[id] ?? id)]).toEqual([text, asFile[place]]);
        });
        expect(tokenizer.tokens.length).toBeGreaterThan(50);
      },
    );

    test('words that were added to a vocabulary are written, special tokens are not', () => {
      const { tokenizer } = importTokenizerJson(withWords(tokenizers(['wordpiece', 400])));
      expect(tokenizer.decode(tokenizer.encode('春天 大模型 [MASK]'))).toContain('大模型');
      expect(tokenizer.decode(tokenizer.encode('春天 大模型 [MASK]'))).not.toContain('MASK');
    });
  },
);
