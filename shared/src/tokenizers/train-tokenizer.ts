import { trainBpeTokenizer, type BpeTokenizer } from './bpe.ts';
import { trainCharacterTokenizer, type CharacterTokenizer } from './character.ts';
import type { TokenizerKind } from './tokenizer.ts';
import { trainWordPieceTokenizer, type WordPieceNormalisation, type WordPieceTokenizer } from './wordpiece.ts';

/** One of the tokenizers that a file can hold. */
export type AnyTokenizer = CharacterTokenizer | WordPieceTokenizer | BpeTokenizer;

/** How a tokenizer is learned. */
export interface LearningOptions {
  /** What word pieces do to texts before they are cut; the other kinds take texts as they are. */
  readonly normalisation?: WordPieceNormalisation;
  /** Told now and then how many tokens there are. */
  readonly onProgress?: (tokens: number) => void;
}

/** Learns a tokenizer of at most `vocabularySize` ids from texts; the same texts in the same order always give the same one. */
export function trainTokenizer(
  kind: TokenizerKind,
  texts: Iterable<string>,
  vocabularySize: number,
  { normalisation, onProgress }: LearningOptions = {},
): AnyTokenizer {
  if (kind === 'bpe') return trainBpeTokenizer(texts, vocabularySize, onProgress);
  if (kind === 'wordpiece') return trainWordPieceTokenizer(texts, vocabularySize, normalisation, onProgress);
  return trainCharacterTokenizer(texts, vocabularySize);
}
