import { flagsOf, isHan } from './characters.ts';

/** The dictionary of Chinese words that the runtime brings along (ICU). */
const segmenter = new Intl.Segmenter('zh', { granularity: 'word' });

/** So many characters on either side decide where words begin and end. */
const REACH = 5;

/** How the dictionary cuts a stretch of text. */
export interface WordsOfStretch {
  /** Lengths of the words that make up the stretch exactly; null where a word goes over one of its ends. */
  readonly lengths: readonly number[] | null;
  /** Length of the word right before and right after it; 0 where no Chinese character stands there. */
  readonly before: number;
  readonly after: number;
}

/** Cuts the surroundings of a stretch into words; takes a few microseconds, so ask only where a name is likely. */
export function wordsOfStretch(text: string, start: number, end: number): WordsOfStretch {
  let from = start;
  while (from > 0 && start - from < REACH && isHan(text.charCodeAt(from - 1))) from--;
  let to = end;
  while (to < text.length && to - end < REACH && isHan(text.charCodeAt(to))) to++;
  const lengths: number[] = [];
  let before = 0;
  let after = 0;
  let reached = start;
  for (const { index, segment } of segmenter.segment(text.slice(from, to))) {
    const [wordStart, wordEnd] = [from + index, from + index + segment.length];
    if (wordEnd === start) before = segment.length;
    else if (wordStart === reached && wordEnd <= end) {
      lengths.push(segment.length);
      reached = wordEnd;
    } else if (wordStart === end) {
      after = segment.length;
      break;
    }
  }
  return { lengths: reached === end ? lengths : null, before, after };
}

/** Words of two characters that the dictionary of words cuts into two. */
const WORDS_BEFORE = new Set(
  '前天 今早 今晚 明早 昨晚 昨夜 客服 士长 主播 房东 店长 班长 队长 组长 站长 校长 院长 厂长'.split(' '),
);

/** The last characters of words for people that the dictionary of words cuts off: "业务|员". */
const endsPerson = flagsOf('员人师工姐哥弟妹嫂叔姨婶爷');

/** Whether a whole word ends where the name begins: "昨天罗晓彤", "业务员丁建业". */
export function endsWord(text: string, start: number, { before }: WordsOfStretch): boolean {
  if (before === 1 && endsPerson[text.charCodeAt(start - 1)] === 1) return true;
  return before > 1 || WORDS_BEFORE.has(text.slice(start - 2, start));
}

/** The 3,755 characters that ordinary texts are made of (GB 2312, first level), which stand in rows of 94 in its encoding. */
function ordinaryCharacters(): string {
  const bytes: number[] = [];
  for (let row = 0xb0; row <= 0xd7; row++) {
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) bytes.push(row, cell);
  }
  return new TextDecoder('gb18030').decode(Uint8Array.from(bytes));
}

const isOrdinary = flagsOf(ordinaryCharacters());
const MOST_STRANGERS = 1;
const REACH_OF_STRANGERS = 8;

/**
 * Whether several seldom characters stand around a stretch that belong to no word of the dictionary, as in random characters or text in the wrong
 * encoding, of which any part could be a name.
 */
export function isAmongStrangers(text: string, start: number, end: number): boolean {
  let from = start;
  while (from > 0 && start - from < REACH_OF_STRANGERS && isHan(text.charCodeAt(from - 1))) from--;
  let to = end;
  while (to < text.length && to - end < REACH_OF_STRANGERS && isHan(text.charCodeAt(to))) to++;
  let strangers = 0;
  for (const [first, last] of [
    [from, start],
    [end, to],
  ] as const) {
    for (let place = first; place < last; place++) if (isOrdinary[text.charCodeAt(place)] === 0) strangers++;
  }
  if (strangers <= MOST_STRANGERS) return false;
  strangers = 0;
  for (const { index, segment } of segmenter.segment(text.slice(from, to))) {
    const place = from + index;
    if (segment.length === 1 && (place < start || place >= end) && isOrdinary[text.charCodeAt(place)] === 0)
      strangers++;
  }
  return strangers > MOST_STRANGERS;
}
