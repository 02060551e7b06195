import { fileProblem } from './file-problem.ts';
import { KNOWN_NAMES, readTokenizerJson, tokensOf } from './read-tokenizer-json.ts';
import { checked, parseTokenizerJson, tokenizerHeader } from './tokenizer-file.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID, type Tokenizer } from './tokenizer.ts';
import type { AnyTokenizer } from './train-tokenizer.ts';

/** A `tokenizer.json` from elsewhere as the engine takes it. */
export interface ImportedTokenizer {
  readonly tokenizer: AnyTokenizer;
  /** The file with the ids that the engine needs: as it came where it has them, else with its special tokens moved to the front. */
  readonly content: string;
  /** The id in the file that came of each of the tokenizer's ids, null for a special token that it lacks; null where none was moved. */
  readonly originalIds: readonly (number | null)[] | null;
}

/**
 * Reads a `tokenizer.json` as `readTokenizerJson` does, with the special tokens at whatever ids the file gives them (BERT's begin is 101, RoBERTa's
 * padding 1), or without those that a byte-level BPE needs none of (GPT-2 has an end only). Texts are cut as Hugging Face's library cuts them. Throws a
 * `TokenizerFileError`.
 */
export function importTokenizerJson(content: string): ImportedTokenizer {
  const file = parseTokenizerJson(content);
  const { added_tokens: added, model } = checked(tokenizerHeader, file);
  const tokens = tokensOf(model.vocab, added);
  const places = placesOf(tokens, new Set(added.map((token) => token.content)), model);
  if (places.every((place, id) => place === id)) {
    return { tokenizer: readTokenizerJson(content), content, originalIds: null };
  }
  const isPlaced = new Set(places);
  const originalIds = [...places, ...tokens.keys().filter((id) => !isPlaced.has(id))];
  const taken = new Set(tokens);
  const renumbered = originalIds.map((id, place) => {
    if (id !== null) return tokens[id] ?? '';
    const name = KNOWN_NAMES[place]?.find((one) => !taken.has(one));
    if (name === undefined) throw new Error('every known name is taken, so the token would have been found');
    return name;
  });
  const idOf = new Map(renumbered.map((token, id) => [token, id]));
  const moved = JSON.stringify({
    ...(file as object),
    // What these say counts with the ids that were.
    ...{ truncation: null, padding: null, post_processor: null },
    added_tokens: added
      .map((token) => ({ ...token, id: idOf.get(token.content) }))
      .sort((a, b) => (a.id ?? 0) - (b.id ?? 0)),
    model: { ...(file as { model: object }).model, vocab: Object.fromEntries(idOf) },
  });
  return { tokenizer: readTokenizerJson(moved), content: moved, originalIds };
}

/** Where the file has padding, begin, end and unknown; null for each that it lacks. */
function placesOf(
  tokens: readonly string[],
  added: ReadonlySet<string>,
  { type, unk_token: unknown }: { readonly type: string; readonly unk_token?: string | null | undefined },
): (number | null)[] {
  const placeOf = (token: string | null | undefined): number | null => {
    const place = token == null ? -1 : tokens.indexOf(token);
    return place < 0 ? null : place;
  };
  return KNOWN_NAMES.map((names, id) => {
    if (id !== UNKNOWN_ID)
      return placeOf(names.find((name) => added.has(name)) ?? names.find((name) => tokens.includes(name)));
    const place = placeOf(unknown ?? (type === 'BPE' ? names.find((name) => added.has(name)) : null));
    if (place === null && (type !== 'BPE' || unknown != null)) {
      throw fileProblem('model.unk_token', 'must name a token of the vocabulary', '必须是词表中的 token');
    }
    return place;
  });
}

/** Cuts texts into the ids of a tokenizer from elsewhere. */
export interface ForeignTokenizer extends Pick<Tokenizer, 'encode'> {
  /** The tokenizer itself where it was written here, with the engine's own special tokens. */
  readonly own: AnyTokenizer | null;
}

/** Reads a `tokenizer.json` for a model from elsewhere, which takes the file's own ids. Throws a `TokenizerFileError`. */
export function readForeignTokenizer(content: string): ForeignTokenizer {
  const { tokenizer, originalIds } = importTokenizerJson(content);
  const isOwn = SPECIAL_TOKENS.every((token, id) => tokenizer.tokens[id] === token);
  if (originalIds === null) return { own: isOwn ? tokenizer : null, encode: (text) => tokenizer.encode(text) };
  return { own: null, encode: (text) => tokenizer.encode(text).map((id) => originalIds[id] ?? 0) };
}
