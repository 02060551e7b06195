import { isDigit, isLatinLetter } from './characters.ts';
import { beginsFree, endsFree, isLabelledAsCode } from './number-context.ts';
import { isSpelledOut, windowsFrom, type NumberGroups, type NumberWindow } from './number-groups.ts';
import type { Span } from './kinds.ts';

/** Digits of a number after its country's code (ITU-T E.164): least and most. */
const NATIONAL_DIGITS: Readonly<Record<string, readonly [number, number]>> = {
  1: [10, 10],
  7: [10, 10],
  ...{ 20: [8, 10], 27: [9, 9], 30: [10, 10], 31: [9, 9], 32: [8, 9], 33: [9, 9], 34: [9, 9], 36: [8, 9], 39: [8, 11] },
  ...{ 40: [9, 9], 41: [9, 9], 43: [7, 12], 44: [9, 10], 45: [8, 8], 46: [7, 10], 47: [8, 8], 48: [9, 9], 49: [7, 11] },
  ...{ 51: [8, 9], 52: [10, 10], 53: [8, 8], 54: [10, 11], 55: [10, 11], 56: [9, 9], 57: [10, 10], 58: [10, 10] },
  ...{
    60: [8, 10],
    61: [9, 9],
    62: [8, 12],
    63: [9, 10],
    64: [8, 10],
    65: [8, 8],
    66: [8, 9],
    81: [9, 10],
    82: [8, 10],
  },
  ...{
    84: [9, 10],
    86: [10, 11],
    90: [10, 10],
    91: [10, 10],
    92: [10, 10],
    93: [9, 9],
    94: [9, 9],
    95: [8, 10],
    98: [10, 10],
  },
  ...{
    212: [9, 9],
    213: [8, 9],
    216: [8, 8],
    233: [9, 9],
    234: [8, 10],
    251: [9, 9],
    254: [9, 9],
    255: [9, 9],
    256: [9, 9],
  },
  ...{
    351: [9, 9],
    352: [6, 9],
    353: [7, 9],
    354: [7, 7],
    357: [8, 8],
    358: [6, 10],
    359: [8, 9],
    370: [8, 8],
    371: [8, 8],
  },
  ...{ 372: [7, 8], 375: [9, 9], 380: [9, 9], 381: [8, 9], 385: [8, 9], 386: [8, 8], 420: [9, 9], 421: [9, 9] },
  ...{
    852: [8, 8],
    853: [8, 8],
    855: [8, 9],
    856: [8, 10],
    880: [8, 10],
    886: [8, 9],
    960: [7, 7],
    961: [7, 8],
    962: [8, 9],
  },
  ...{
    964: [10, 10],
    965: [8, 8],
    966: [9, 9],
    968: [8, 8],
    971: [8, 9],
    972: [8, 9],
    973: [8, 8],
    974: [8, 8],
    976: [8, 8],
  },
  ...{ 977: [8, 10], 992: [9, 9], 994: [9, 9], 995: [9, 9], 996: [9, 9], 998: [9, 9] },
};

/** Of a number without a country's code: an area of three digits and seven more. */
const FEWEST_DIALLED_DIGITS = 10;

const CHINESE_MOBILE = /^1[3-9]\d{9}$/;
const MOBILE_SHAPES = new Set(['11', '3,4,4', '3,8', '7,4', '3,3,5', '4,4,3', '4,3,4', '5,6', '6,5', '3,5,3']);
const CHINESE_AREA = /^0(?:10|2\d|[3-9]\d{2})$/;
const NORTH_AMERICAN = /^1?[2-9]\d{2}[2-9]\d{6}$/;

/** Whether words before a place speak of a telephone. */
export function isCalledPhone(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 18), start).toLowerCase();
  return /电话|電話|手机|手機|联系|聯絡|座机|座機|致电|致電|拨打|撥打|号码|號碼|传真|傳真|phone|call|tel|mobile|cell|text |contact|whatsapp|fax|ring|\b(?:my|his|her|our|their) (?:(?:new|old|own|work|home|office|private|direct|personal|best) )?(?:number|no\b)/.test(
    before,
  );
}

/** Whether `digits` after a plus sign are a country's code and as many digits as that country has. */
function isInternational(digits: string): boolean {
  for (const length of [1, 2, 3]) {
    const range = NATIONAL_DIGITS[digits.slice(0, length)];
    if (range === undefined) continue;
    const national = digits.length - length;
    if (national >= range[0] && national <= range[1]) return true;
    // "+44 (0)20 …": the trunk zero is written and not dialled.
    if (digits[length] === '0' && national - 1 >= range[0] && national - 1 <= range[1]) return true;
  }
  return false;
}

/** A plus sign before group `first`, past an opening bracket: its place, or null. */
function plusBefore(text: string, start: number): number | null {
  let index = start - 1;
  while (index >= 0 && start - index <= 3 && (text[index] === '(' || text[index] === ' ')) index--;
  if (text[index] !== '+') return null;
  const before = text.charCodeAt(index - 1);
  return isDigit(before) || isLatinLetter(before) || text[index - 1] === '+' ? null : index;
}

/** Takes the bracket in with the number where both stand in it: "(010)62345678". */
function withBracket(text: string, start: number, end: number): number {
  return text[start - 1] === '(' && text.slice(start, end).includes(')') ? start - 1 : start;
}

function isMobileWindow({ digits, shape }: NumberWindow, groups: NumberGroups, first: number, last: number): boolean {
  if (!CHINESE_MOBILE.test(digits)) return false;
  if (MOBILE_SHAPES.has(shape)) return true;
  const { gaps } = groups;
  return isSpelledOut(shape) && gaps[last] !== ' ' && (first === 0 || gaps[first - 1] !== ' ');
}

function chineseMobileAt(groups: NumberGroups, window: NumberWindow): boolean {
  const { starts } = groups;
  const { first, last, digits, shape } = window;
  if (digits.length === 11) return isMobileWindow(window, groups, first, last);
  const prefix = /^(?:00)?86/.exec(digits)?.[0];
  if (prefix === undefined || !CHINESE_MOBILE.test(digits.slice(prefix.length))) return false;
  const rest = shape.startsWith(`${prefix.length},`) ? shape.slice(`${prefix.length},`.length) : null;
  if (rest !== null) return MOBILE_SHAPES.has(rest) || isSpelledOut(rest);
  return (
    last === first ||
    MOBILE_SHAPES.has(`${groups.ends[first]! - starts[first]! - prefix.length}${shape.slice(shape.indexOf(','))}`)
  );
}

function isLandline({ digits, shape, first }: NumberWindow, { text, starts, ends, gaps }: NumberGroups): boolean {
  if (!/^[34],(?:[78]|4,4|3,4)$/.test(shape) || digits.length > 12) return false;
  const area = text.slice(starts[first], ends[first]);
  const isSpaced =
    gaps[first] === ' ' && ((shape.length > 3 && gaps[first + 1] === ' ') || isCalledPhone(text, starts[first]!));
  const joined = gaps[first] === '-' || gaps[first] === ')' || isSpaced;
  return joined && CHINESE_AREA.test(area) && digits[area.length] !== '0';
}

function isNorthAmerican({ digits, shape, first }: NumberWindow, { text, starts, gaps }: NumberGroups): boolean {
  if (!NORTH_AMERICAN.test(digits)) return false;
  if (shape === '10') return isCalledPhone(text, starts[first]!);
  if (shape === '1,3,3,4') return true;
  if (shape !== '3,3,4') return false;
  const [one, two] = [gaps[first]!, gaps[first + 1]!];
  if (one === ')') return true;
  return one === two && (one !== ' ' || isCalledPhone(text, starts[first]!));
}

function isBritishMobile({ digits, shape, first }: NumberWindow, { text, starts }: NumberGroups): boolean {
  if (!/^07[1-57-9]\d{8}$/.test(digits)) return false;
  return shape === '5,6' || shape === '5,3,3' || (shape === '11' && isCalledPhone(text, starts[first]!));
}

/** Japanese numbers with their dashes, "090-1234-5678" and "03-1234-5678", and Taiwanese mobile ones, "0912-345-678". */
function isEastAsian({ digits, shape, first }: NumberWindow, { gaps }: NumberGroups): boolean {
  if (gaps[first] !== '-' || gaps[first + 1] !== '-') return false;
  if (shape === '3,4,4') return /^0[5789]0/.test(digits);
  if (shape === '2,4,4') return /^0[1-9][1-9]/.test(digits);
  return shape === '4,3,3' && /^09\d/.test(digits);
}

/** A number dialled abroad, whose code stands by itself: "0044 7700 900123". */
function isDialledAbroad({ digits, first, last }: NumberWindow, { text, starts, ends }: NumberGroups): boolean {
  const code = /^00([1-9]\d{0,2})$/.exec(text.slice(starts[first], ends[first]))?.[1];
  const range = code === undefined ? undefined : NATIONAL_DIGITS[code];
  if (code === undefined || range === undefined || last === first) return false;
  const national = digits.length - 2 - code.length;
  return national >= range[0] && national <= range[1];
}

/** Whether a group right before or after belongs to the same longer number. */
function isPartOfLonger({ starts, ends, gaps }: NumberGroups, { first, last, shape }: NumberWindow): boolean {
  const hasSpaces = gaps.slice(first, last).includes(' ');
  const before = first > 0 ? gaps[first - 1]! : '';
  const after = gaps[last]!;
  const joins = (gap: string) => gap === '-' || gap === '.' || (gap === ' ' && hasSpaces);
  if (joins(before)) return true;
  if (!joins(after)) return false;
  // "138 1234 5678 139 8765 4321": another number of the same shape follows, or a short extension after a dash.
  const nextLength = ends[last + 1]! - starts[last + 1]!;
  if (after === ' ') return nextLength === 4 && !/^3,4,4$|^3,8$/.test(shape);
  return after !== '-' || nextLength > 4 || !shape.includes(',');
}

/** Whether a landline's extension follows after a dash: "021-5678 1234-803". */
function hasExtension(groups: NumberGroups, window: NumberWindow): boolean {
  const { text, starts, ends, gaps } = groups;
  const { last } = window;
  if (gaps[last] !== '-' || gaps[last + 1] === '-' || !isLandline(window, groups)) return false;
  const length = ends[last + 1]! - starts[last + 1]!;
  return length >= 2 && length <= 5 && endsFree(text, ends[last + 1]!);
}

/** "86-10-62345678": a landline behind China's code without its plus sign. */
function isLandlineWithCode({ shape, first }: NumberWindow, { text, starts, ends, gaps }: NumberGroups): boolean {
  if (!/^2,[23],[78]$/.test(shape) || gaps[first] !== '-' || gaps[first + 1] !== '-') return false;
  const [code, area] = [0, 1].map((group) => text.slice(starts[first + group], ends[first + group]));
  return code === '86' && CHINESE_AREA.test(`0${area}`);
}

const LOCAL_DIGITS = 8;

/** A Chinese landline without its area, which the word right before it makes one: "电话：62345678". */
function isCalledLocal({ digits, shape, first }: NumberWindow, { text, starts }: NumberGroups): boolean {
  if ((shape !== '8' && shape !== '4,4') || !/^[2-8]/.test(digits) || /^20\d\d(?:0[1-9]|1[0-2])/.test(digits))
    return false;
  const start = starts[first]!;
  return /(?:电话|座机|固话|電話|座機|\btel|\bphone)(?:号码?|號碼?|是|为|no)?[\s:.]{0,3}$/i.test(
    text.slice(Math.max(0, start - 12), start),
  );
}

const EXTENSION = / ?(?:转|轉|分机号?|分機號?|ext\.?|extension)[: ]{0,2}\d{1,6}(?!\d)/iy;

/** Takes an extension in with its number: "0571-87654321转802". */
function withExtension(found: Span & { last: number }, { text, starts }: NumberGroups): Span & { last: number } {
  EXTENSION.lastIndex = found.end;
  if (!EXTENSION.test(text)) return found;
  const end = EXTENSION.lastIndex;
  return { start: found.start, end, last: starts[found.last + 1]! < end ? found.last + 1 : found.last };
}

/** The phone number that begins with group `first`, with its extension: international, Chinese mobile or landline, North American, British mobile. */
export function phoneAt(groups: NumberGroups, first: number): (Span & { last: number }) | null {
  const found = plainPhoneAt(groups, first);
  return found === null ? null : withExtension(found, groups);
}

function plainPhoneAt(groups: NumberGroups, first: number): (Span & { last: number }) | null {
  const { text, starts, ends } = groups;
  const windows = windowsFrom(groups, first);
  const plus = plusBefore(text, starts[first]!);
  if (plus !== null) {
    // The longest reading first: "+1 415 555 2671" has prefixes that are numbers of other countries.
    const found = windows.findLast(({ digits, last }) => isInternational(digits) && endsFree(text, ends[last]!));
    if (found === undefined) return null;
    const end = ends[found.last]!;
    return { start: withBracket(text, plus, end), end, last: found.last };
  }
  const start = starts[first]!;
  // What stands around is read last: most numbers are none by their digits alone.
  let isFree: boolean | null = null;
  const before = first > 0 ? groups.gaps[first - 1]! : '';
  if (before === '-' || before === '.') return null;
  // Behind a space, what holds one itself is part of a longer number: none such needs to be read.
  const firstSpace = before === ' ' ? groups.gaps.indexOf(' ', first) : -1;
  for (const window of windows.toReversed()) {
    if (firstSpace !== -1 && firstSpace < window.last) continue;
    if (window.digits.length < LOCAL_DIGITS) return null;
    if (window.digits.length < FEWEST_DIALLED_DIGITS && !isCalledLocal(window, groups)) continue;
    const isPhone =
      window.digits.length === LOCAL_DIGITS ||
      chineseMobileAt(groups, window) ||
      isLandline(window, groups) ||
      isLandlineWithCode(window, groups) ||
      isNorthAmerican(window, groups) ||
      isBritishMobile(window, groups) ||
      isEastAsian(window, groups) ||
      isDialledAbroad(window, groups);
    if (!isPhone || isPartOfLonger(groups, window)) continue;
    isFree ??= beginsFree(text, start) && !isLabelledAsCode(text, start);
    if (!isFree) return null;
    if (hasExtension(groups, window)) return { start, end: ends[window.last + 1]!, last: window.last + 1 };
    if (!endsFree(text, ends[window.last]!)) continue;
    return { start: withBracket(text, start, ends[window.last]!), end: ends[window.last]!, last: window.last };
  }
  return null;
}
