import { beginsFree, endsFree, isLabelledAsCode } from './number-context.ts';
import { isSpelledOut, windowsFrom, type NumberGroups } from './number-groups.ts';
import type { Span } from './kinds.ts';

/** Issuers by their first digits and the lengths of their numbers (ISO/IEC 7812, and the older Chinese debit cards). */
const ISSUERS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:30[0-5]|309|36|3[89])/, lengths: [14, 16, 19] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:62|81)/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:60|63|67|68|69|50|56|57|58)/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:955|90|94|98|10|84|87|88)/, lengths: [16, 17, 18, 19] },
  { prefix: /^220[0-4]/, lengths: [16, 19] },
];

/** The last but one family of prefixes is short and unspecific: such numbers count only where a word says card. */
const NEEDS_WORD = /^(?:90|94|98|10|84|87|88)/;

/** Whether the digits fulfil Luhn's check (ISO/IEC 7812-1 annex B). */
export function isLuhnValid(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    let value = digits.charCodeAt(digits.length - 1 - index) - 48;
    if (index % 2 === 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 === 0;
}

function isCardNumber(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  return (
    ISSUERS.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) && isLuhnValid(digits)
  );
}

/** How people group card numbers: fours, 4-6-5, 4-6-4, 6-10, 6-13, and digit by digit. */
function isCardShape(shape: string): boolean {
  return (
    !shape.includes(',') ||
    /^4(?:,4)+(?:,[1-3])?$|^4,6,[45]$|^6,1[03]$|^8,8$|^5,5,5,4$/.test(shape) ||
    isSpelledOut(shape)
  );
}

/** Groups of the longest grouping that is not digit by digit. */
const MOST_GROUPS = 5;

/** The bank card that begins with group `first`: an issuer's prefix, its length, Luhn's check, and a usual grouping. */
export function bankCardAt(groups: NumberGroups, first: number): (Span & { last: number }) | null {
  const { text, starts, ends, gaps } = groups;
  const start = starts[first]!;
  const beginsChain = first === 0 || gaps[first - 1] === '';
  for (const window of windowsFrom(groups, first).toReversed()) {
    const { digits, last } = window;
    if (digits.length < 13) return null;
    if (last - first >= MOST_GROUPS && !beginsChain) continue;
    if (digits.length > 19 || !isCardShape(window.shape) || !isCardNumber(digits)) continue;
    if (isSpelledOut(window.shape) && (gaps[last] !== '' || !beginsChain)) continue;
    const end = ends[last]!;
    if (!beginsFree(text, start) || !endsFree(text, end) || isLabelledAsCode(text, start)) continue;
    if (NEEDS_WORD.test(digits) && !/卡|card|账号|帐号|account/i.test(text.slice(Math.max(0, start - 16), start)))
      continue;
    return { start, end, last };
  }
  return null;
}
