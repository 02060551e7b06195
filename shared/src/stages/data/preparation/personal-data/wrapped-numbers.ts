import type { PersonalDataFinding } from './kinds.ts';
import { numberGroups, type NumberGroups } from './number-groups.ts';

/*
 * Numbers that a line ends within, as in letters of a set width. Two numbers below one another are as likely, so that a word must stand before.
 */

/** The end of a line between two digits, with what a quotation or table puts before the next one. */
const BREAK = /(?<=\d)(-?)[ \t]?\r?\n[>|* \t]{0,4}(?=\d)/g;
const MAY_BREAK = /\d-?[ \t]?\r?\n[>|* \t]{0,4}\d/;
const LABEL_LENGTH = 32;
const LABEL =
  /(?:电话|電話|手[机機]|座[机機]|号码|號碼|致电|联系|身[份分][证證]|[证證]件|卡号?|账号|帐号|phone|mobile|cell|\btel|call|whatsapp|fax|card|account|\bid\b|identity)[^\d]{0,16}$/i;

interface NumberFound extends PersonalDataFinding {
  readonly last: number;
}

/** Finds the numbers of a folded text that go on behind the end of a line, `numberAt` telling what begins with a group. */
export function findWrappedNumbers(
  text: string,
  numberAt: (groups: NumberGroups, first: number) => NumberFound | null,
): PersonalDataFinding[] {
  if (!MAY_BREAK.test(text)) return [];
  // What was one run of digits, and what was in groups, goes on without a space or with one.
  return ['', ' '].flatMap((joint) => {
    const { joined, placeOf, breaks } = withoutBreaks(text, joint);
    const groups = numberGroups(joined);
    const found: PersonalDataFinding[] = [];
    for (let first = 0; first < groups.starts.length; first++) {
      const start = groups.starts[first]!;
      if (!breaks.some((place) => place > start && place - start < 24)) continue;
      if (!LABEL.test(joined.slice(Math.max(0, start - LABEL_LENGTH), start))) continue;
      const number = numberAt(groups, first);
      if (number === null || !breaks.some((place) => place > number.start && place < number.end)) continue;
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
    const before = breaks.findLastIndex((at) => at <= place);
    return before === -1 ? place : place + shifts[before]!;
  };
  return { joined, placeOf, breaks };
}
