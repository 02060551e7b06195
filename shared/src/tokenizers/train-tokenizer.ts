import { trainBpeTokenizer, type BpeTokenizer } from './bpe.ts';
import { trainCharacterTokenizer, type CharacterTokenizer } from './character.ts';
import type { TokenizerKind } from './tokenizer.ts';
import { trainWordPieceTokenizer, type WordPieceTokenizer } from './wordpiece.ts';

/** One of the tokenizers that a file can hold. */
export type AnyTokenizer = CharacterTokenizer | WordPieceTokenizer | BpeTokenizer;

/** Learns a tokenizer of at most `vocabularySize` ids from texts; the same texts in the same order always give the same one. */
export function trainTokenizer(kind: TokenizerKind, texts: Iterable<string>, vocabularySize: number): AnyTokenizer {
  if (kind === 'bpe') return trainBpeTokenizer(texts, vocabularySize);
  if (kind === 'wordpiece') return trainWordPieceTokenizer(texts, vocabularySize);
  return trainCharacterTokenizer(texts, vocabularySize);
}
