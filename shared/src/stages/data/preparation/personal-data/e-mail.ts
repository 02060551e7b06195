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

/** Whether a unit is a Latin letter, or one with an accent, as mailboxes and domains of many languages have (RFC 6531, RFC 5890). */
function isLetter(unit: number): boolean {
  return isLatinLetter(unit) || (unit >= 0xc0 && unit <= 0x24f && unit !== 0xd7 && unit !== 0xf7);
}

function isLocalUnit(unit: number): boolean {
  // ! # $ % & ' * + - / = ? ^ _ ` { | } ~ and the dot are allowed; those that end a sentence or open a list are left out.
  return isDigit(unit) || isLetter(unit) || "._%+-'&".includes(String.fromCharCode(unit));
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
    if (isDigit(unit) || isLetter(unit) || unit === 0x2d) continue;
    let labelEnd = index;
    while (labelEnd > labelStart && text[labelEnd - 1] === '-') labelEnd--;
    const label = text.slice(labelStart, labelEnd);
    if (label.length === 0 || label.length > 63 || label.startsWith('-')) break;
    labels++;
    const isTopLevel = label.length >= 2 && /^(?:[a-z]+|xn--[a-z0-9-]+)$/i.test(label);
    if (labels >= 2 && isTopLevel && !FILE_EXTENSIONS.has(label.toLowerCase())) end = labelEnd;
    // "Write to me@example.com.Thanks": the sentence ended.
    if (end === labelEnd && /^[a-z]+\.[A-Z][a-z]/.test(text.slice(labelStart, index + 3))) break;
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
  if (sign !== ' ' && sign !== '[' && sign !== '(' && sign !== '{') return 0;
  return /^(?:\s?[[({](?:dot|\.)[\])}]\s?| \. | dot )(?=[a-z0-9])/i.exec(text.slice(index, index + 9))?.[0].length ?? 0;
}

function isDomainStart(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return isDigit(unit) || isLetter(unit);
}

/** A domain in Chinese under a top level that is Chinese or China's. */
const CHINESE_DOMAIN =
  /(?:[\p{Script=Han}a-z\d-]{1,30}\.){1,3}(?:中国|中國|公司|网络|网址|政务|公益|商城|集团|在线|中文网|cn|com|net)(?![a-z\d-])/iuy;

function endOfChineseDomain(text: string, start: number): number | null {
  if (!/^[a-z\d-]{0,30}\p{Script=Han}/iu.test(text.slice(start, start + 31))) return null;
  CHINESE_DOMAIN.lastIndex = start;
  return CHINESE_DOMAIN.test(text) ? CHINESE_DOMAIN.lastIndex : null;
}

/** A mailbox in quotes, at the end of what comes before the at sign: `"john smith"@`. */
function startOfQuoted(text: string, end: number): number | null {
  if (text[end - 1] !== '"') return null;
  const open = text.lastIndexOf('"', end - 2);
  return open === -1 || end - open < 3 || end - open > MAX_LOCAL_LENGTH || text.slice(open, end).includes('\n')
    ? null
    : open;
}

function addressAround(text: string, atStart: number, atEnd: number): Span | null {
  const start = startOfLocal(text, atStart) ?? startOfQuoted(text, atStart);
  const end = start === null ? null : (endOfDomain(text, atEnd) ?? endOfChineseDomain(text, atEnd));
  return start === null || end === null ? null : { start, end };
}

/** An address as people dictate it: "mark dot evans at acme dot com". */
const SPELLED =
  /(?<![\w.@-])[a-z0-9][\w+-]{0,30}(?:(?: dot | underscore | dash |\.)[a-z0-9][\w+-]{0,30}){0,3} at [a-z0-9][a-z0-9-]{0,30}(?: dot [a-z0-9][a-z0-9-]{0,30}){0,2} dot (?:com|org|net|edu|gov|cn|io|co|de|uk|fr|jp|me|info|dev|ai)(?: dot [a-z]{2})?(?![\w-])/gi;
/** The at sign in Chinese, or a sign instead of it before a domain of well-known mailboxes: "abc艾特qq点com", "abc#gmail.com". */
const SPELLED_IN_CHINESE =
  /(?<![\w.-])[a-z\d][\w.+-]{0,40} ?艾特 ?[a-z\d][a-z\d-]{0,30} ?(?:点|\.) ?(?:com|cn|net|org)(?![\w-])/gi;
const OTHER_SIGN =
  /(?<![\w.-])[a-z\d][\w.+-]{1,40}#(?:gmail|outlook|hotmail|yahoo|icloud|foxmail|qq|vip\.qq|163|126|sina|sohu|aliyun)\.com(?![\w-])/gi;
/** Words that come before such an address and belong to no name of a mailbox. */
const NO_MAILBOX = new Set(
  'me us it him her them you look meet is are was site page us found available online hosted here there'.split(' '),
);

/** The e-mail addresses of a folded text (RFC 5321, with the letters of RFC 6531), also with a hidden or spaced at sign. */
export function findEmails(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const before = text[at - 1] === ' ' ? 1 : 0;
    const after = text[at + 1] === ' ' ? 1 : 0;
    if (before !== after) continue;
    const address = addressAround(text, at - before, at + 1 + after);
    if (address && address.start >= (found.at(-1)?.end ?? 0)) found.push(address);
  }
  // As it stands in the address of a page.
  for (let at = text.indexOf('%40'); at !== -1; at = text.indexOf('%40', at + 1)) {
    const address = addressAround(text, at, at + 3);
    if (address) found.push(address);
  }
  if (/at\s?[\])}）】]|[[({（【]\s?@/i.test(text)) {
    for (const match of text.matchAll(HIDDEN_AT)) {
      const address = addressAround(text, match.index, match.index + match[0].length);
      if (address) found.push(address);
    }
  }
  for (const [sign, pattern] of [
    ['艾特', SPELLED_IN_CHINESE],
    ['#', OTHER_SIGN],
  ] as const) {
    if (!text.includes(sign)) continue;
    for (const { 0: address, index } of text.matchAll(pattern))
      found.push({ start: index, end: index + address.length });
  }
  if (/ dot /i.test(text)) {
    for (const match of text.matchAll(SPELLED)) {
      const local = match[0].slice(0, match[0].toLowerCase().lastIndexOf(' at ')).toLowerCase();
      if (!NO_MAILBOX.has(local)) found.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return found;
}
