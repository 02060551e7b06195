import { CHINESE, KEPT_WHOLE, MARK, PUNCTUATION, REMOVED } from './unicode-classes.ts';

/** What BERT does to a text before it is cut into words. */
export interface BertNormaliser {
  /** Control characters vanish and all white space becomes spaces. */
  readonly cleanText: boolean;
  /** Each Chinese character becomes a word. */
  readonly separateChinese: boolean;
  /** `é` becomes `e`. */
  readonly stripAccents: boolean;
  readonly lowercase: boolean;
}

const REMOVED_PATTERN = new RegExp(REMOVED, 'gv');
const WHITE_SPACE_PATTERN = /\p{White_Space}/gv;
const CHINESE_PATTERN = new RegExp(CHINESE, 'gv');
const MARK_PATTERN = new RegExp(MARK, 'gv');
const DECOMPOSED_PATTERN = new RegExp(`[^${KEPT_WHOLE}]+`, 'gv');
const WORD_PATTERN = new RegExp(String.raw`${PUNCTUATION}|[^\p{White_Space}${PUNCTUATION}]+`, 'gv');

function normalise(text: string, steps: BertNormaliser): string {
  let result = text;
  if (steps.cleanText) result = result.replaceAll(REMOVED_PATTERN, '').replaceAll(WHITE_SPACE_PATTERN, ' ');
  if (steps.separateChinese) result = result.replaceAll(CHINESE_PATTERN, ' $& ');
  if (steps.stripAccents) {
    result = result.replaceAll(DECOMPOSED_PATTERN, (run) => run.normalize('NFD')).replaceAll(MARK_PATTERN, '');
  }
  // Character by character: the library knows no final sigma.
  if (steps.lowercase) result = Array.from(result, (character) => character.toLowerCase()).join('');
  return result;
}

/** The words of a text as BERT cuts it: punctuation alone, the rest at white space. */
export function bertWords(text: string, steps: BertNormaliser): string[] {
  return normalise(text, steps).match(WORD_PATTERN) ?? [];
}

const AS_WRITTEN: BertNormaliser = { cleanText: true, separateChinese: true, stripAccents: false, lowercase: false };

/** The words of a text as they are written, for counting: at white space, around punctuation and around each Chinese character. */
export function wordsOf(text: string): string[] {
  return bertWords(text, AS_WRITTEN);
}
