import { isLatinLetter, isWordUnit } from './characters.ts';
import type { PersonalDataKind, Span } from './kinds.ts';
import { isLabelledAsCode } from './number-context.ts';
import type { NumberGroups } from './number-groups.ts';

/*
 * Numbers of people and accounts that begin with letters: identity cards of Taiwan and Hong Kong, and IBANs.
 */

const LABEL_LENGTH = 16;
const CALLED = /身[份分][证證]|[证證][件号號]|hkid|id ?(?:card|no|number)?[\s.:#]{0,3}$/i;

/** What the first letter of a Taiwanese card counts as: its place, but for I, O, W and Z (Household Registration Act's numbering). */
const TAIWANESE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function isTaiwanese(letter: string, digits: string): boolean {
  if (!/^[1289]\d{8}$/.test(digits)) return false;
  const place = TAIWANESE_LETTERS.indexOf(letter) + 10;
  let sum = Math.floor(place / 10) + 9 * (place % 10);
  for (let index = 0; index < 8; index++) sum += (8 - index) * Number(digits[index]);
  return (sum + Number(digits[8])) % 10 === 0;
}

/** Hong Kong's check digit: the sum of all places, weighted from 9 down to 1, is divisible by 11; a missing first letter counts as 36. */
function isOfHongKong(letters: string, digits: string, check: string): boolean {
  const values = [
    ...(letters.length === 1 ? [36] : []),
    ...[...letters].map((letter) => letter.charCodeAt(0) - 55),
    ...[...digits].map(Number),
    check === 'A' ? 10 : Number(check),
  ];
  return values.reduce((sum, value, index) => sum + (9 - index) * value, 0) % 11 === 0;
}

/** Characters of an IBAN by its country (the register of ISO 13616). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  ...{ AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27, GB: 22, GR: 27 },
  ...{ HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MT: 31, NL: 18, NO: 15, PL: 28 },
  ...{ PT: 25, RO: 24, SE: 24, SI: 19, SK: 24, SM: 27, TR: 26, AE: 23, SA: 24, IL: 23 },
};

/** Where an IBAN ends that begins at `start`, in one piece or in fours; null where there is none (ISO 7064 mod 97-10). */
function endOfIban(text: string, start: number): number | null {
  const length = IBAN_LENGTHS[text.slice(start, start + 2)];
  if (length === undefined) return null;
  let [plain, end] = ['', start];
  for (; plain.length < length; end++) {
    const sign = text[end] ?? '';
    if (/[A-Z\d]/.test(sign)) plain += sign;
    else if (sign !== ' ' || plain.length % 4 !== 0 || text[end - 1] === ' ') return null;
  }
  if (isWordUnit(text.charCodeAt(end))) return null;
  const moved = plain.slice(4) + plain.slice(0, 4);
  let rest = 0;
  for (const sign of moved) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? end : null;
}

/** The number that group `first` belongs to with the one or two letters right before it, with the last group in it. */
export function lettered(
  groups: NumberGroups,
  first: number,
): (Span & { readonly kind: PersonalDataKind; readonly last: number }) | null {
  const { text, starts, ends } = groups;
  const start = starts[first]!;
  let from = start;
  while (start - from < 3 && isLatinLetter(text.charCodeAt(from - 1))) from--;
  const letters = text.slice(from, start).toUpperCase();
  if (letters.length === 0 || letters.length > 2 || isWordUnit(text.charCodeAt(from - 1))) return null;
  const digits = text.slice(start, ends[first]);
  const isCalled = () => CALLED.test(text.slice(Math.max(0, from - LABEL_LENGTH), from));
  if (letters.length === 2) {
    const end = endOfIban(text, from);
    if (end !== null) {
      let last = first;
      while (last + 1 < starts.length && starts[last + 1]! < end) last++;
      return { kind: 'bank-card', start: from, end, last };
    }
  }
  if (letters.length === 1 && isTaiwanese(letters, digits) && isCalled())
    return isWordUnit(text.charCodeAt(ends[first]!))
      ? null
      : { kind: 'identity-card', start: from, end: ends[first]!, last: first };
  if (digits.length !== 6) return null;
  const [written, bracketed, bare] =
    /^(?:\(([\dA])\)|-?([\dA])(?!\w))/i.exec(text.slice(ends[first], ends[first]! + 4)) ?? [];
  const check = (bracketed ?? bare)?.toUpperCase();
  if (written === undefined || check === undefined || !isOfHongKong(letters, digits, check)) return null;
  if ((bracketed === undefined || isLabelledAsCode(text, from)) && !isCalled()) return null;
  const end = ends[first]! + written.length;
  return { kind: 'identity-card', start: from, end, last: (starts[first + 1] ?? Infinity) < end ? first + 1 : first };
}

/** Social security numbers of the United States behind words for them: none begins with 000, 666 or 9, and no group is zero. */
const SOCIAL_SECURITY =
  /(?:\bssn|social security|\bss ?#)(?:\W{0,3}(?:no|number|nr|num|is|card)\b){0,2}\W{0,4}(?!000|666|9)(\d{3}([ -]?)(?!00)\d{2}\2(?!0000)\d{4})(?!\w)/dgi;

export function socialSecurityNumbers(text: string): Span[] {
  if (!/ssn|social security|\bss ?#/i.test(text)) return [];
  return Array.from(text.matchAll(SOCIAL_SECURITY), ({ indices }) => ({
    start: indices![1]![0],
    end: indices![1]![1],
  }));
}
