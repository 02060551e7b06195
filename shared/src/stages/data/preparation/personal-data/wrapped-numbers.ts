import { flagsOf } from './characters.ts';
import type { PersonalDataFinding } from './kinds.ts';
import { numberGroups, type NumberGroups } from './number-groups.ts';

/*
 * Numbers that a line ends within, as in letters of a set width. Two numbers below one another are as likely, so that a word must stand before.
 */

/** The end of a line between two digits, with what a quotation or table puts before the next one. */
const BREAK = /(?<=\d)(-?)[ \t]?\r?\n[>|* \t]{0,4}(?=\d)/g;
/** Units from the beginning of a number within which a line ends. */
const LONGEST_NUMBER = 24;
const LABEL_LENGTH = 32;
const LABEL =
  /(?:电话|電話|手[机機]|座[机機]|号码|號碼|致电|联系|身[份分][证證]|[证證]件|卡号?|账号|帐号|phone|mobile|cell|\btel|call|whatsapp|fax|card|account|\bid\b|identity)[^\d]{0,16}$/i;

const BEFORE_BREAK = flagsOf('0123456789- \t\r');
const BEHIND_BREAK = flagsOf('0123456789>|* \t');

/** Whether a line of a text ends between two digits. */
function mayBreak(text: string): boolean {
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
    if (
      BEFORE_BREAK[text.charCodeAt(at - 1)] === 1 &&
      BEHIND_BREAK[text.charCodeAt(at + 1)] === 1 &&
      /\d-?[ \t]?\r?$/.test(text.slice(Math.max(0, at - 4), at)) &&
      /^[>|* \t]{0,4}\d/.test(text.slice(at + 1, at + 6))
    )
      return true;
  return false;
}

/** What cards and accounts are called makes no telephone number. */
const OF_PHONES = /电话|電話|手[机機]|座[机機]|号码|號碼|致电|联系|phone|mobile|cell|\btel|call|whatsapp|fax/i;
/** Words by which something is counted. */
const COUNTED = /\b(?:total|volume|count|sales|users|units|models?|list|rate|of)\b/i;
/** A further number below: a column. */
const GOES_ON = /^[ \t]?\r?\n[>|* \t]{0,4}\d/;

interface NumberFound extends PersonalDataFinding {
  readonly last: number;
}

/** Finds the numbers of a folded text that go on behind the end of a line, `numberAt` telling what begins with a group. */
export function findWrappedNumbers(
  text: string,
  numberAt: (groups: NumberGroups, first: number) => NumberFound | null,
): PersonalDataFinding[] {
  if (!mayBreak(text)) return [];
  // What was one run of digits, and what was in groups, goes on without a space or with one.
  return ['', ' '].flatMap((joint) => {
    const { joined, placeOf, breaks } = withoutBreaks(text, joint);
    const groups = numberGroups(joined);
    const found: PersonalDataFinding[] = [];
    let nextBreak = 0;
    for (let first = 0; first < groups.starts.length; first++) {
      const start = groups.starts[first]!;
      while (nextBreak < breaks.length && breaks[nextBreak]! <= start) nextBreak++;
      if (nextBreak === breaks.length) break;
      if (breaks[nextBreak]! - start >= LONGEST_NUMBER) continue;
      const before = joined.slice(Math.max(0, start - LABEL_LENGTH), start);
      if (!LABEL.test(before) || COUNTED.test(before)) continue;
      const number = numberAt(groups, first);
      if (number === null || breaks[nextBreak]! >= number.end) continue;
      if (number.kind === 'phone' && !OF_PHONES.test(before)) continue;
      if (GOES_ON.test(text.slice(placeOf(number.end - 1) + 1, placeOf(number.end - 1) + 9))) continue;
      found.push({ kind: number.kind, start: placeOf(number.start), end: placeOf(number.end - 1) + 1 });
      first = number.last;
    }
    return found;
  });
}

/** The text with `joint` for every break within a number, and the way back to the places of the text. */
function withoutBreaks(text: string, joint: string) {
  const breaks: number[] = [];
  const shifts: number[] = [];
  let [joined, from] = ['', 0];
  for (const { 0: whole, 1: dash, index } of text.matchAll(BREAK)) {
    joined += text.slice(from, index) + (dash === '' ? joint : dash);
    from = index + whole.length;
    breaks.push(joined.length);
    shifts.push(from - joined.length);
  }
  joined += text.slice(from);
  const placeOf = (place: number): number => {
    let [before, after] = [-1, breaks.length];
    while (after - before > 1) {
      const middle = (before + after) >> 1;
      if (breaks[middle]! <= place) before = middle;
      else after = middle;
    }
    return before === -1 ? place : place + shifts[before]!;
  };
  return { joined, placeOf, breaks };
}
