import { isDigit, isLatinLetter } from './characters.ts';
import type { Span } from './kinds.ts';

const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 253;

/** File name extensions, which make "icon@2x.png" a file and no address. */
const FILE_EXTENSIONS = new Set(
  'png jpg jpeg gif svg webp bmp ico js ts jsx tsx css html json xml md txt pdf csv zip gz mp3 mp4'.split(' '),
);

/** An at sign as people write it to hide an address from machines: "(at)", "[at]", " at " before "dot". */
const HIDDEN_AT = /\s{0,2}[[({（【]\s?(?:at|@|AT)\s?[\])}）】]\s{0,2}/g;

function isLocalUnit(unit: number): boolean {
  // ! # $ % & ' * + - / = ? ^ _ ` { | } ~ and the dot are allowed; those that end a sentence or open a list are left out.
  return isDigit(unit) || isLatinLetter(unit) || "._%+-'&".includes(String.fromCharCode(unit));
}

function startOfLocal(text: string, end: number): number | null {
  let start = end;
  while (start > 0 && end - start < MAX_LOCAL_LENGTH && isLocalUnit(text.charCodeAt(start - 1))) start--;
  while (start < end && ".'&%-".includes(text[start]!)) start++;
  return start === end || text[end - 1] === '.' ? null : start;
}

/** Where a domain with at least two labels and a top level of letters ends that begins at `start`; null where there is none. */
function endOfDomain(text: string, start: number): number | null {
  let end: number | null = null;
  let labelStart = start;
  let labels = 0;
  let index = start;
  for (; index <= text.length && index - start <= MAX_DOMAIN_LENGTH; index++) {
    const unit = text.charCodeAt(index);
    if (isDigit(unit) || isLatinLetter(unit) || unit === 0x2d) continue;
    let labelEnd = index;
    while (labelEnd > labelStart && text[labelEnd - 1] === '-') labelEnd--;
    const label = text.slice(labelStart, labelEnd);
    if (label.length === 0 || label.length > 63 || label.startsWith('-')) break;
    labels++;
    const isTopLevel = label.length >= 2 && /^(?:[a-z]+|xn--[a-z0-9-]+)$/i.test(label);
    if (labels >= 2 && isTopLevel && !FILE_EXTENSIONS.has(label.toLowerCase())) end = labelEnd;
    const dotLength = lengthOfDot(text, index);
    // A Chinese full stop is a dot only where the domain cannot end yet.
    if (dotLength === 0 || (text[index] === '。' && end !== null)) break;
    labelStart = index + dotLength;
    index = labelStart - 1;
  }
  return end;
}

/** Length of a dot between two labels of a domain as written at `index`: ".", "。", "(dot)", "[dot]", " . "; 0 where there is none. */
function lengthOfDot(text: string, index: number): number {
  const sign = text[index];
  if (sign === '.' || sign === '。') return isDomainStart(text, index + 1) ? 1 : 0;
  if (sign !== ' ' && sign !== '[' && sign !== '(') return 0;
  return /^(?:\s?[[(](?:dot|\.)[\])]\s?| \. | dot )(?=[a-z0-9])/i.exec(text.slice(index, index + 9))?.[0].length ?? 0;
}

function isDomainStart(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return isDigit(unit) || isLatinLetter(unit);
}

function addressAround(text: string, atStart: number, atEnd: number): Span | null {
  const start = startOfLocal(text, atStart);
  const end = start === null ? null : endOfDomain(text, atEnd);
  return start === null || end === null ? null : { start, end };
}

/** An address as people dictate it: "mark dot evans at acme dot com". */
const SPELLED =
  /(?<![\w.@-])[a-z0-9][\w+-]{0,30}(?:(?: dot |\.)[a-z0-9][\w+-]{0,30}){0,3} at [a-z0-9][a-z0-9-]{0,30}(?: dot [a-z0-9][a-z0-9-]{0,30}){0,2} dot (?:com|org|net|edu|gov|cn|io|co|de|uk|fr|jp|me|info|dev|ai)(?: dot [a-z]{2})?(?![\w-])/gi;
/** Words that come before such an address and belong to no name of a mailbox. */
const NO_MAILBOX = new Set(
  'me us it him her them you look meet is are was site page us found available online hosted here there'.split(' '),
);

/** The e-mail addresses of a folded text (RFC 5321 without quoted local parts), also with a hidden or spaced at sign. */
export function findEmails(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const before = text[at - 1] === ' ' ? 1 : 0;
    const after = text[at + 1] === ' ' ? 1 : 0;
    if (before !== after) continue;
    const address = addressAround(text, at - before, at + 1 + after);
    if (address && address.start >= (found.at(-1)?.end ?? 0)) found.push(address);
  }
  if (/at\s?[\])}）】]|[[({（【]\s?@/i.test(text)) {
    for (const match of text.matchAll(HIDDEN_AT)) {
      const address = addressAround(text, match.index, match.index + match[0].length);
      if (address) found.push(address);
    }
  }
  if (text.includes(' dot ')) {
    for (const match of text.matchAll(SPELLED)) {
      const local = match[0].slice(0, match[0].toLowerCase().lastIndexOf(' at ')).toLowerCase();
      if (!NO_MAILBOX.has(local)) found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}
