import { readForeignTokenizer } from '@greenlight/shared/tokenizers/import-tokenizer-json.ts';
import { PAD_ID, UNKNOWN_ID, type Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';

/**
 * Ids of a text as the engine takes them. Padding is masked there, so that padding spelled out in a text counts as unknown; a text without any token
 * (nothing but white space for some tokenizers) is one unknown sign.
 */
export function encodeText(tokenizer: Tokenizer, text: string): Int32Array {
  const ids = tokenizer.encode(text).map((id) => (id === PAD_ID ? UNKNOWN_ID : id));
  return ids.length > 0 ? ids : Int32Array.of(UNKNOWN_ID);
}

/** How the texts of an imported model become ids: as in training for a tokenizer that was written here, otherwise as its file says and nothing else. */
export function foreignTokenizer(content: string): Pick<Tokenizer, 'encode'> {
  const { own, encode } = readForeignTokenizer(content);
  return own === null ? { encode } : { encode: (text) => encodeText(own, text) };
}
