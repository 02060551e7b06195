import { isLuhnValid } from './bank-card.ts';
import type { FoldedText } from './fold.ts';
import type { PersonalDataFinding } from './kinds.ts';
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
/** A number of ten digits has one of these but once in two hundred times. */
const FREQUENT_WORDS = ['zero', 'three', 'seven', 'eight'];
/** Digits from which spoken ones are a number without a word that says so. */
const FEWEST_UNCALLED = 10;
const [FEWEST_CALLED, MOST] = [7, 15];
const [FEWEST_AMONG_LETTERS, DIGITS_OF_A_MOBILE] = [4, 11];

/** A mobile number with letters in place of zeros. */
const WITH_LETTERS = /(?<![A-Za-z\d])1[3-9](?:[\dOo]{9}|[\dOo][ -][\dOo]{4}[ -][\dOo]{4})(?![A-Za-z\d])/g;
const MAY_HAVE_LETTERS = /1[3-9][\d -]{0,8}[Oo]/;

/** A mobile number that somebody sends in three messages; the lines begin alike. */
const IN_MESSAGES = /(?<=(?:^|\n)([^\n\d]{0,16}))1[3-9]\d\n\1\d{4}\n\1\d{4}(?!\d)/g;
const MAY_BE_IN_MESSAGES = /1[3-9]\d\n/;

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

function findSpoken(text: string, found: PersonalDataFinding[]): void {
  for (const { 0: spoken, index: start } of text.matchAll(SPOKEN)) {
    const digits = digitsOf(spoken);
    if (digits.length < FEWEST_CALLED || isCounting(digits)) continue;
    const end = start + spoken.length;
    const isCard = digits.length >= 16 && digits.length <= 19 && isLuhnValid(digits);
    if (isCard) found.push({ kind: 'bank-card', start, end });
    else if (digits.length <= MOST && (digits.length >= FEWEST_UNCALLED || isCalledPhone(text, start)))
      found.push({ kind: 'phone', start, end });
  }
}

/** Finds the numbers of a folded text whose digits are no digits, or stand in several messages. */
export function findSpelledNumbers({ text, mayBeChinese, digits }: FoldedText): PersonalDataFinding[] {
  const found: PersonalDataFinding[] = [];
  const addAll = (pattern: RegExp, isPhone: (number: string, start: number) => boolean) => {
    for (const { 0: number, index: start } of text.matchAll(pattern))
      if (isPhone(number, start)) found.push({ kind: 'phone', start, end: start + number.length });
  };
  if (mayBeChinese && MAY_BE_CHINESE_MOBILE.test(text)) addAll(CHINESE_MOBILE, () => true);
  if (FREQUENT_WORDS.some((word) => text.includes(word))) findSpoken(text, found);
  if (digits < FEWEST_AMONG_LETTERS) return found;
  if (MAY_HAVE_LETTERS.test(text))
    addAll(WITH_LETTERS, (number, start) => /o/i.test(number) && (/\d{3}/.test(number) || isCalledPhone(text, start)));
  if (digits >= DIGITS_OF_A_MOBILE && MAY_BE_IN_MESSAGES.test(text)) addAll(IN_MESSAGES, () => true);
  return found;
}
