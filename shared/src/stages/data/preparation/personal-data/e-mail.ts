import { isDigit, isLatinLetter } from './characters.ts';
import type { Span } from './kinds.ts';

const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 253;

/** File name extensions, which make "icon@2x.png" a file and no address. */
const FILE_EXTENSIONS = new Set(
  'png jpg jpeg gif svg webp bmp ico js ts jsx tsx css html json xml md txt pdf csv zip gz mp3 mp4'.split(' '),
);

/** An at sign as people write it to hide an address from machines: "(at)", "[at]", "<at>", " at " before "dot". */
const HIDDEN_AT =
  /\s{0,2}[[({（【<]\s?(?:[aä]t|@|AT|艾特)\s?[\])}）】>]\s{0,2}|(?<=[\d._][\w-]{0,20})\([aä]\)(?=[a-z\d])/g;

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
    // A Chinese full stop, or the word for a point, is a dot only where the domain cannot end yet.
    if (dotLength === 0 || (end !== null && '。点點'.includes(text[index]!))) break;
    labelStart = index + dotLength;
    index = labelStart - 1;
  }
  return end;
}

/** Length of a dot between two labels of a domain as written at `index`: ".", "。", "点", "(dot)", "[dot]", " . "; 0 where there is none. */
function lengthOfDot(text: string, index: number): number {
  const sign = text[index];
  if (sign === '.' || sign === '。' || sign === '点' || sign === '點') return isDomainStart(text, index + 1) ? 1 : 0;
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

const LONGEST_TAG = 40;

/** Where the tags or comments of a page begin that stand before a place: `name<b>@`. */
function startOfTags(text: string, end: number): number {
  let start = end;
  while (text[start - 1] === '>') {
    const open = text.slice(Math.max(0, start - LONGEST_TAG), start - 1).lastIndexOf('<');
    if (open === -1) break;
    start = Math.max(0, start - LONGEST_TAG) + open;
  }
  return start;
}

/** Where the tags or comments of a page end that stand behind a place: `@</b>host`. */
function endOfTags(text: string, start: number): number {
  let end = start;
  while (text[end] === '<') {
    const close = text.slice(end, end + LONGEST_TAG + 1).indexOf('>');
    if (close === -1) break;
    end += close + 1;
  }
  return end;
}

/** An address as people dictate it or hide it from machines: "mark dot evans at acme dot com", "john.doe at example.com". */
const SPELLED =
  /(?<![\w.@-])[a-z0-9][\w+-]{0,30}(?:(?: dot | underscore | dash |\.)[a-z0-9][\w+-]{0,30}){0,3} at [a-z0-9][a-z0-9-]{0,30}(?:(?: dot |\.)[a-z0-9][a-z0-9-]{0,30}){0,3}(?: dot |\.)(?:com|org|net|edu|gov|cn|io|co|de|uk|fr|jp|me|info|dev|ai|eu|ch|at|nl|it|es|se|ca|au|in|hk|tw|sg|kr|ru|us|br)(?:(?: dot |\.)[a-z]{2}(?![\w-]))?(?![\w-]|\.\w)/gi;
/** What a mailbox looks like, and no word before "at": it has a dot, a digit or an underscore. */
const LOOKS_LIKE_MAILBOX = /^[a-z][\w+-]*(?:[._\d]| dot | underscore )/i;
/** Words by which any other word before "at" is a mailbox. */
const MAILBOX_WORDS = /(?:e-?mail|mail|邮箱|邮件|郵箱|contact|write|reach|address)\W{1,3}(?:[\w']{1,12}\W{1,2}){0,3}$/i;
/** Hosts of mailboxes alone: nobody writes of anything else there. */
const MAIL_HOST =
  /^(?:gmail|googlemail|outlook|hotmail|yahoo|icloud|foxmail|qq|vip\.qq|163|126|sina|sohu|aliyun|proton|protonmail|gmx|web|t-online)\.(?:com|cn|net|de|me|co\.uk|fr)$/i;

/** Whether an address whose dots are plain is one, and not "the team at example.com". */
function isDictated(text: string, start: number, address: string): boolean {
  const at = address.toLowerCase().lastIndexOf(' at ');
  const [local, host] = [address.slice(0, at), address.slice(at + 4)];
  if (NO_MAILBOX.has(local.toLowerCase()) || /^v\d|\.(?:js|net|py)$/i.test(local)) return false;
  // "Prices at 3.50 dot net": a host of digits alone is one of the well-known ones.
  if (!/[a-z].*(?: dot |\.)/i.test(host) && !MAIL_HOST.test(host.replaceAll(/ dot /gi, '.'))) return false;
  if (/ dot /i.test(address) || LOOKS_LIKE_MAILBOX.test(local)) return true;
  if (MAILBOX_WORDS.test(text.slice(Math.max(0, start - 40), start))) return true;
  return (
    MAIL_HOST.test(host) && !/^(?:sign(?:ed)?|log(?:ged)?|up|in|on|account|inbox|mailbox|blocked|support)$/i.test(local)
  );
}

/** The at sign in Chinese, or a sign instead of it before a domain of well-known mailboxes: "abc艾特qq点com", "abc#gmail.com". */
const SPELLED_IN_CHINESE =
  /(?<![\w.-])[a-z\d][\w.+-]{0,40} ?艾特 ?[a-z\d][a-z\d-]{0,30} ?(?:点|\.) ?(?:com|cn|net|org)(?![\w-])/gi;
const OTHER_SIGN =
  /(?<![\w.-])[a-z\d][\w.+-]{1,40}#(?:gmail|outlook|hotmail|yahoo|icloud|foxmail|qq|vip\.qq|163|126|sina|sohu|aliyun)\.com(?![\w-])/gi;
/** Says that "#" stands for the at sign in what comes before. */
const SIGN_TO_REPLACE =
  /#.{0,3}(?:换成|換成|换为|改成|改为|替换成|替换为|代替|=|->|→|\bis\b|\bwith\b|\bby\b|\binto\b).{0,3}@/;
const SIGN_FOR_AT = /(?<![\w.-])[a-z\d][\w.+-]{1,40}#(?:[a-z\d-]{1,30}\.){1,3}[a-z]{2,6}(?![\w-])/gi;
/** The word with a sign on both sides: "name_at_domain.com", "j.doe-at-domain.com"; top levels that no program's names end with. */
const JOINED_AT =
  /(?<![\w.@/-])(?:[a-z][\w.+-]{1,40}?_at_|(?=[a-z]*[._\d])[a-z][\w.+-]{1,40}?-at-)[a-z\d][a-z\d-]{0,30}(?:(?:\.|_dot_)[a-z\d-]{1,30}){0,2}(?:\.|_dot_)(?:com|org|net|edu|gov|cn|de|uk|fr|jp|kr|ru|br|eu|info|hk|tw|sg)(?![\w(-]|\.\w|\s?[=+*[\]]|\s?\/[^/])/gi;
/** Words that come before such an address and belong to no name of a mailbox. */
const NO_MAILBOX = new Set(
  'me us it him her them you look meet is are was site page found available online hosted here there out stay in up on us team people work works worked working'.split(
    ' ',
  ),
);

const SPELLED_AT = / at [a-z0-9][a-z0-9-]*(?:\.| dot )[a-z0-9]/i;

/** Whether a text may hold an address whose at sign is a word. */
export function maySpellAddress(text: string): boolean {
  return (text.includes(' at ') || text.includes(' AT ')) && SPELLED_AT.test(text);
}

/** Whether a text may hold an address whose at sign is a word between two signs. */
export function mayJoinAddress(text: string): boolean {
  return text.includes('_at_') || text.includes('-at-');
}

/** Whether "=40" begins a number or measure and stands for no sign: "price=4027.co", "wait=40ms.de", "a=40b.c"; some hosts begin with digits. */
function isAmount(text: string, at: number, end: number): boolean {
  if (text[end] === '_') return true;
  return /^(?!163\.|126\.|139\.|189\.|263\.|21cn\.|168)(?:\d|(?:px|ms|s|em|rem|pt|[kmg]b?|x)\.)/i.test(
    text.slice(at + 3, at + 8),
  );
}

/** The e-mail addresses of a folded text (RFC 5321, with the letters of RFC 6531), also with a hidden or spaced at sign. */
export function findEmails(text: string): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const before = text[at - 1] === ' ' ? 1 : 0;
    // A mail may have wrapped its lines here.
    const after = text[at + 1] === ' ' || text[at + 1] === '\n' ? 1 : 0;
    const address =
      addressAround(text, at - before, at + 1 + after) ??
      addressAround(text, startOfTags(text, at), endOfTags(text, at + 1));
    // With a space on one side "thanks @example.com" stands for somebody else's host.
    if (before !== after && (address === null || !LOOKS_LIKE_MAILBOX.test(text.slice(address.start, at - before))))
      continue;
    if (address && address.start >= (found.at(-1)?.end ?? 0)) found.push(address);
  }
  // As it stands in the address of a page, in one of those in another address, and in mails (quoted-printable, RFC 2045).
  for (const sign of ['%40', '%2540', '=40']) {
    for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) {
      const address = addressAround(text, at, at + sign.length);
      if (address && !(sign === '=40' && isAmount(text, at, address.end))) found.push(address);
    }
  }
  if (/[[({（【<]\s?(?:[aä]\s?[t)]|@|艾特)/i.test(text)) {
    for (const match of text.matchAll(HIDDEN_AT)) {
      const address = addressAround(text, match.index, match.index + match[0].length);
      if (address) found.push(address);
    }
  }
  for (const [sign, pattern] of [
    ['艾特', SPELLED_IN_CHINESE],
    ['#', text.includes('#') && SIGN_TO_REPLACE.test(text) ? SIGN_FOR_AT : OTHER_SIGN],
    ['_at_', JOINED_AT],
    ['-at-', JOINED_AT],
  ] as const) {
    if (!text.includes(sign)) continue;
    for (const { 0: address, index } of text.matchAll(pattern))
      found.push({ start: index, end: index + address.length });
  }
  if (maySpellAddress(text)) {
    for (const { 0: address, index } of text.matchAll(SPELLED))
      if (isDictated(text, index, address)) found.push({ start: index, end: index + address.length });
  }
  return found;
}
