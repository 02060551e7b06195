import { bankCardAt } from './bank-card.ts';
import { isDigit, isLatinLetter } from './characters.ts';
import { findChineseNames } from './chinese-names.ts';
import { findEmails, mayJoinAddress, maySpellAddress } from './e-mail.ts';
import { findEnglishNames } from './english-names.ts';
import { foldText, SIGNS, type FoldedText } from './fold.ts';
import { identityCardAt } from './identity-card.ts';
import { findIpv6, ipv4At } from './ip-address.ts';
import { findJapaneseNames } from './japanese-names.ts';
import {
  PERSONAL_DATA_KINDS,
  PLACEHOLDERS,
  type PersonalDataFinding,
  type PersonalDataKind,
  type Span,
} from './kinds.ts';
import { findNamedFields } from './named-fields.ts';
import { labelledPhoneAt } from './labelled-phone.ts';
import { digitsFrom, numberGroups, type NumberGroups } from './number-groups.ts';
import { phoneAt } from './phone.ts';
import { lettered, socialSecurityNumbers } from './regional-ids.ts';
import { findSpelledNumbers } from './spelled-numbers.ts';
import { findWebAddresses, mayHoldWebAddress } from './web-address.ts';
import { findWrappedNumbers } from './wrapped-numbers.ts';

const ALL_KINDS: ReadonlySet<PersonalDataKind> = new Set(PERSONAL_DATA_KINDS);
const FEWEST_DIGITS_OF_AN_ADDRESS = 4;

/** Numbers that are told by all of their digits, and the fewest that each has. */
const NUMBER_FINDERS = [
  { kind: 'identity-card', find: identityCardAt, fewestDigits: 15 },
  { kind: 'bank-card', find: bankCardAt, fewestDigits: 13 },
  { kind: 'phone', find: phoneAt, fewestDigits: 8 },
] as const;
const FEWEST_DIGITS_OF_A_NUMBER = Math.min(...NUMBER_FINDERS.map(({ fewestDigits }) => fewestDigits));

/** Whether digits go on with those before a sign, where neither a card nor a telephone number begins. */
function goesOn(text: string, start: number): boolean {
  return '-._'.includes(text[start - 1] ?? ' ') && isDigit(text.charCodeAt(start - 2));
}

function numberAt(groups: NumberGroups, first: number): (PersonalDataFinding & { readonly last: number }) | null {
  const address = ipv4At(groups, first);
  if (address !== null) return { kind: 'ip-address', ...address };
  if (isLatinLetter(groups.text.charCodeAt(groups.starts[first]! - 1))) {
    const found = lettered(groups, first);
    if (found !== null) return found;
  }
  if (goesOn(groups.text, groups.starts[first]!)) return null;
  const digits = digitsFrom(groups, first);
  // "030 / 38684329": a slash joins no other number.
  if (digits < FEWEST_DIGITS_OF_A_NUMBER && groups.text[groups.starts[first]!] !== '0') return null;
  for (const { kind, find, fewestDigits } of NUMBER_FINDERS) {
    const number = digits < fewestDigits ? null : find(groups, first);
    if (number !== null) return { kind, ...number };
  }
  const phone = labelledPhoneAt(groups, first);
  return phone === null ? null : { kind: 'phone', ...phone };
}

function findNumbers({ text }: FoldedText, taken: readonly Span[], found: PersonalDataFinding[]): void {
  const groups = numberGroups(text);
  let nextTaken = 0;
  for (let first = 0; first < groups.starts.length; first++) {
    const start = groups.starts[first]!;
    while (nextTaken < taken.length && taken[nextTaken]!.end <= start) nextTaken++;
    if (nextTaken < taken.length && taken[nextTaken]!.start <= start) continue;
    const number = numberAt(groups, first);
    if (number === null) continue;
    found.push({ kind: number.kind, start: number.start, end: number.end });
    first = number.last;
    groups.gaps[first] = '';
  }
}

/** Keeps of overlapping findings the longest, of equally long ones the kind that is named first; in order of place. */
function withoutOverlaps(found: PersonalDataFinding[], length: number): PersonalDataFinding[] {
  if (found.length < 2) return found;
  const rank = (kind: PersonalDataKind) => PERSONAL_DATA_KINDS.indexOf(kind);
  const byLength = found.toSorted(
    (a, b) => b.end - b.start - (a.end - a.start) || rank(a.kind) - rank(b.kind) || a.start - b.start,
  );
  const isTaken = new Uint8Array(length);
  const kept = byLength.filter(({ start, end }) => {
    // What is longer was placed before: an overlap covers one of the two ends.
    if (isTaken[start] === 1 || isTaken[end - 1] === 1) return false;
    isTaken.fill(1, start, end);
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}

function inOriginal(finding: PersonalDataFinding, { positions, ends }: FoldedText): PersonalDataFinding {
  if (positions === null) return finding;
  const last = finding.end - 1;
  return { kind: finding.kind, start: positions[finding.start]!, end: ends?.[last] ?? positions[last]! + 1 };
}

/**
 * Personal data in a text, in order of place and without overlaps (the longest finding counts, so that an address inside a
 * URL is part of the URL). Time grows linearly with the length of the text.
 */
export function findPersonalData(
  text: string,
  kinds: ReadonlySet<PersonalDataKind> = ALL_KINDS,
): PersonalDataFinding[] {
  const folded = foldText(text);
  const { text: plain, mayBeChinese, signs } = folded;
  const found: PersonalDataFinding[] = [];
  const add = (kind: PersonalDataKind, spans: readonly Span[]) => {
    for (const { start, end } of spans) found.push({ kind, start, end });
  };
  const mayHaveSign =
    (signs & (SIGNS.at | SIGNS.bracket)) !== 0 || ((signs & SIGNS.joint) !== 0 && mayJoinAddress(plain));
  if (mayHaveSign || maySpellAddress(plain) || (mayBeChinese && /艾特|【/.test(plain)))
    add('e-mail', findEmails(plain));
  if (mayHoldWebAddress(plain)) add('web-address', findWebAddresses(plain));
  const taken = withoutOverlaps(found, plain.length);
  if ((signs & SIGNS.colon) !== 0 && /:[^:]{0,4}:/.test(plain)) add('ip-address', findIpv6(plain));
  if (folded.digits >= FEWEST_DIGITS_OF_AN_ADDRESS) findNumbers(folded, taken, found);
  if (folded.digits >= FEWEST_DIGITS_OF_A_NUMBER) {
    found.push(...findWrappedNumbers(plain, numberAt));
    add('identity-card', socialSecurityNumbers(plain));
  }
  found.push(...findSpelledNumbers(folded));
  if (kinds.has('name')) {
    if (mayBeChinese) {
      add('name', findChineseNames(plain));
      add('name', findJapaneseNames(plain));
    }
    add('name', findEnglishNames(plain));
    add('name', findNamedFields(plain));
  }
  const asked = kinds.size === PERSONAL_DATA_KINDS.length ? found : found.filter(({ kind }) => kinds.has(kind));
  return withoutOverlaps(asked, plain.length).map((finding) => inOriginal(finding, folded));
}

/** The text with each finding replaced by its kind's placeholder. */
export function maskFindings(text: string, findings: readonly PersonalDataFinding[]): string {
  let masked = '';
  let end = 0;
  for (const finding of findings) {
    masked += text.slice(end, finding.start) + PLACEHOLDERS[finding.kind];
    end = finding.end;
  }
  return masked + text.slice(end);
}
