import { isLuhnValid } from './bank-card.ts';
import type { FoldedText } from './fold.ts';
import type { PersonalDataFinding } from './kinds.ts';
import { isLabelledAsCode } from './number-context.ts';
import { isCalledPhone } from './phone.ts';

/*
 * Telephone numbers whose digits are words, or letters that look like digits: "一三八零零…", "one three eight …", "138OO13…", and numbers that come in
 * several messages of a conversation.
 */

const CHINESE = '〇零一幺二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖';
/** A Chinese mobile number in Chinese digits, those of cheques too, or in these and others: "一三八零零一三八零零零", "一三八00138000", "一、三、八、…". */
const CHINESE_MOBILE = new RegExp(
  `(?<![${CHINESE}十百千万亿拾\\d])(?=[\\d、，, .-]{0,18}[${CHINESE}])[一幺1壹][、，, .-]?[三四五六七八九3-9叁參肆伍陆陸柒捌玖](?:[、，, .-]?[${CHINESE}\\d]){9}(?![${CHINESE}十百千万亿拾\\d])`,
  'g',
);
const MAY_BE_CHINESE_MOBILE = new RegExp(
  `[一幺1壹][、，, .-]?[三四五六七八九3-9叁參肆伍陆陸柒捌玖](?:[、，, .-]?[${CHINESE}\\d]){8}`,
);

const DIGITS: Readonly<Record<string, string>> = {
  ...{ zero: '0', oh: '0', one: '1', two: '2', three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8' },
  nine: '9',
};
const WORD = `(?:${Object.keys(DIGITS).join('|')}|double|triple)`;
const SPOKEN = new RegExp(`(?<![\\w-])${WORD}(?:[ ,.-]{1,2}${WORD}){5,19}(?![\\w-])`, 'gi');
const NEIGHBOURS = new RegExp(`${WORD}[ ,.-]{1,2}${WORD}`, 'i');
/** Words with rare letters, which are found fast, and the place of these letters; a number of ten digits has none of them but once in a hundred and sixty times. */
const RARE_LETTERS = [
  { word: 'zero', letters: 'z', place: 0 },
  { word: 'six', letters: 'x', place: 2 },
  { word: 'seven', letters: 've', place: 2 },
  { word: 'five', letters: 've', place: 2 },
] as const;
/** Units before and behind a word within which another one stands. */
const NEIGHBOURHOOD = 9;
/** What is said before a number that somebody reads out. */
const READ_OUT =
  /\b(?:phone|call|tel|telephone|mobile|cell|text|sms|contact|whatsapp|fax|ring|reach|dial|hotline|landline|(?:my|his|her|our|their) (?:\w+ )?(?:number|no)|number is|(?:me|us) (?:at|on))\b(?! ?(?:numbers|function|stack|sign)\b)[^\n]{0,24}$/i;
/** Without such a word: China's mobile numbers, and what stands in the groups that North America's and China's numbers have. */
const CHINESE_IN_WORDS = /^1[3-9]\d{9}$/;
const GROUPED = new Set(['3,3,4', '1,3,3,4', '3,4,4']);
const [FEWEST_CALLED, MOST] = [7, 15];
/** Fewer digits of different kinds are bits, cheers or throws of a coin. */
const FEWEST_DIFFERENT = 3;
const LABEL_LENGTH = 40;
const [FEWEST_AMONG_LETTERS, DIGITS_OF_A_MOBILE] = [4, 11];

/** A mobile number with letters in place of zeros. */
const WITH_LETTERS = /(?<![A-Za-z\d])1[3-9](?:[\dOo]{9}|[\dOo][ -][\dOo]{4}[ -][\dOo]{4})(?![A-Za-z\d])/g;
const MAY_HAVE_LETTERS = /1[3-9][\d -]{0,8}[Oo]/;

/** A mobile number that somebody sends in three messages, which speak of one; the lines begin alike. */
const IN_MESSAGES = /(?<=(?:^|\n)([^\n\d]{0,16}))1[3-9]\d\n\1\d{4}\n\1\d{4}(?!\d)/g;
const MAY_BE_IN_MESSAGES = /1[3-9]\d\n/;
const OF_A_NUMBER =
  /电话|電話|手机|手機|号码|號碼|联系|聯絡|微信|phone|mobile|\bcell\b|\bnumber\b|\bcall me\b|whatsapp/i;
const MESSAGES_LENGTH = 64;

/** Whether letters of one case stand for the zeros of a number, and it is called no code. */
function isMistyped(text: string, number: string, start: number): boolean {
  return number.includes('O') !== number.includes('o') && /\d{3}/.test(number) && !isLabelledAsCode(text, start);
}

function digitsOf(spoken: string): string {
  let [digits, times] = ['', 1];
  for (const word of spoken.toLowerCase().split(/[ ,.-]+/)) {
    if (word === 'double' || word === 'triple') times = word === 'double' ? 2 : 3;
    else {
      digits += DIGITS[word]!.repeat(times);
      times = 1;
    }
  }
  return digits;
}

/** Whether somebody counts: "one two three four …". */
function isCounting(digits: string): boolean {
  return '0123456789'.includes(digits.slice(0, 8)) || '9876543210'.includes(digits.slice(0, 8));
}

/** Whether two words for digits may stand one after another. */
function mayBeSpoken(text: string): boolean {
  return RARE_LETTERS.some(({ word, letters, place }) => {
    for (let at = text.indexOf(letters); at !== -1; at = text.indexOf(letters, at + 1)) {
      const start = at - place;
      if (!text.startsWith(word, start)) continue;
      if (NEIGHBOURS.test(text.slice(Math.max(0, start - NEIGHBOURHOOD), at + word.length + NEIGHBOURHOOD)))
        return true;
    }
    return false;
  });
}

/** Whether spoken digits are a number to call, by what is said before, or by their form. */
function isCalled(text: string, start: number, spoken: string, digits: string): boolean {
  if (new Set(digits).size < FEWEST_DIFFERENT) return false;
  if (READ_OUT.test(text.slice(Math.max(0, start - LABEL_LENGTH), start))) return true;
  const groups = spoken.split(/[,.] ?| - /).map((group) => digitsOf(group).length);
  return CHINESE_IN_WORDS.test(digits) || GROUPED.has(groups.join(','));
}

function findSpoken(text: string, found: PersonalDataFinding[]): void {
  for (const { 0: spoken, index: start } of text.matchAll(SPOKEN)) {
    const digits = digitsOf(spoken);
    if (digits.length < FEWEST_CALLED || isCounting(digits)) continue;
    const end = start + spoken.length;
    const isCard = digits.length >= 16 && digits.length <= 19 && isLuhnValid(digits);
    if (isCard) found.push({ kind: 'bank-card', start, end });
    else if (digits.length <= MOST && isCalled(text, start, spoken, digits)) found.push({ kind: 'phone', start, end });
  }
}

/** Finds the numbers of a folded text whose digits are no digits, or stand in several messages. */
export function findSpelledNumbers({ text, mayBeChinese, digits }: FoldedText): PersonalDataFinding[] {
  const found: PersonalDataFinding[] = [];
  const addAll = (pattern: RegExp, isPhone: (number: string, start: number) => boolean) => {
    for (const { 0: number, index: start } of text.matchAll(pattern))
      if (isPhone(number, start)) found.push({ kind: 'phone', start, end: start + number.length });
  };
  if (mayBeChinese && MAY_BE_CHINESE_MOBILE.test(text))
    addAll(CHINESE_MOBILE, (number, start) => !/[、，, .-]/.test(number) || isCalledPhone(text, start));
  if (mayBeSpoken(text)) findSpoken(text, found);
  if (digits < FEWEST_AMONG_LETTERS) return found;
  if (MAY_HAVE_LETTERS.test(text))
    addAll(
      WITH_LETTERS,
      (number, start) => /o/i.test(number) && (isCalledPhone(text, start) || isMistyped(text, number, start)),
    );
  if (digits >= DIGITS_OF_A_MOBILE && MAY_BE_IN_MESSAGES.test(text)) {
    const isOfNumber = (start: number) => OF_A_NUMBER.test(text.slice(Math.max(0, start - MESSAGES_LENGTH), start));
    addAll(IN_MESSAGES, (_, start) => isOfNumber(start));
  }
  return found;
}
