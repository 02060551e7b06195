import { isDigit, isWordUnit } from './characters.ts';
import { endsFree, isLabelledAsCode, beginsFree } from './number-context.ts';
import { windowsFrom, type NumberGroups } from './number-groups.ts';
import type { Span } from './kinds.ts';

/** The first two digits of an identity card: the province (GB/T 2260), and 83 for residents from Taiwan. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > DAYS_OF_MONTH[month - 1]!) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month !== 2 || day < 29 || isLeapYear;
}

/** Whether 17 digits and a check character are a resident identity number: date of birth and ISO 7064 mod 11-2 (GB 11643-1999). */
function isIdentityNumber(number: string): boolean {
  if (number.length !== 18) return false;
  const year = Number(number.slice(6, 10));
  if (year < 1880 || year > 2099 || !isDate(year, Number(number.slice(10, 12)), Number(number.slice(12, 14))))
    return false;
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += (number.charCodeAt(index) - 48) * WEIGHTS[index]!;
  return CHECK_CHARACTERS[sum % 11] === number[17]!.toUpperCase();
}

function isOldIdentityNumber(digits: string): boolean {
  if (digits.length !== 15 || !PROVINCES.has(digits.slice(0, 2))) return false;
  return isDate(1900 + Number(digits.slice(6, 8)), Number(digits.slice(8, 10)), Number(digits.slice(10, 12)));
}

function isCalledIdentityCard(text: string, start: number): boolean {
  return /身[份分][证證]|[证證]件|[证證][号號]|[老旧舊][证證]|sfz|id ?card|identity/i.test(
    text.slice(Math.max(0, start - 16), start),
  );
}

/** Where the check character X of 17 digits that end at `end` ends; null where there is none. */
function endOfCheckLetter(text: string, end: number): number | null {
  let index = end;
  if (' -.'.includes(text[index] ?? '?')) index++;
  return 'Xx×Х*'.includes(text[index] ?? '?') && !isWordUnit(text.charCodeAt(index + 1)) ? index + 1 : null;
}

/** The resident identity card that begins with group `first`: 18 characters with a right checksum, or 15 digits after the words for it. */
export function identityCardAt(groups: NumberGroups, first: number): (Span & { last: number }) | null {
  const { text, starts, ends } = groups;
  const start = starts[first]!;
  for (const { digits, last } of windowsFrom(groups, first)) {
    if (digits.length < 15 || digits.length === 16) continue;
    if (digits.length > 18) break;
    let end = ends[last]!;
    let number = digits;
    if (digits.length === 17) {
      const letterEnd = endOfCheckLetter(text, end);
      if (letterEnd === null) continue;
      end = letterEnd;
      number = `${digits}X`;
    }
    // By their digits most numbers are none: what stands around is read last.
    if (number.length === 15 ? !isOldIdentityNumber(number) : !isIdentityNumber(number)) continue;
    if (digits.length !== 17 && !endsFree(text, end)) continue;
    if (!beginsFree(text, start)) return null;
    const isCalled = isCalledIdentityCard(text, start);
    if (number.length === 15 && isCalled) return { start, end, last };
    if (number.length === 15 || (!isCalled && !PROVINCES.has(number.slice(0, 2)))) continue;
    if (isDigit(text.charCodeAt(end)) || isLabelledAsCode(text, start)) return null;
    return { start, end, last };
  }
  return null;
}
