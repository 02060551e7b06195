import { isDigit, isLatinLetter, isWordUnit } from './characters.ts';
import type { Span } from './kinds.ts';

const MAX_LENGTH = 2048;
const SCHEMES = ['https', 'http', 'hxxps', 'hxxp', 'ftps', 'ftp', 'sftp', 'wss', 'ws'];
const BARE_DOMAIN =
  /(?<![\w.@/-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|cn|net|org|gov|edu|io|info|top|xyz|cc|me|tv|co|dev|app|ly|ai|gg|gl|be|de|uk|fr|jp|kr|ru|hk|tw|sg|au|ca|us|eu|club|vip|shop|site|store|online|link|live|tech|cloud|wiki|blog|page)(?=\/[\w~%?#=&@-])/gi;

/** A host alone, of the top levels that are seldom anything else. */
const BARE_HOST = /(?<![\w.@/#-])(?:[a-z0-9][a-z0-9-]{1,61}\.){1,3}(?:com|cn|net|org|gov|edu|io)(?![\w@/-]|\.\w)/gi;
/** Names of products that end as hosts do. */
const NO_HOSTS = new Set(
  'asp.net vb.net ado.net ml.net socket.io system.io file.io java.io java.net std.io'.split(' '),
);

/** Whether a text can hold a web address at all: a slash, or a dot within a word. */
export function mayHoldWebAddress(text: string): boolean {
  if (text.includes('/')) return true;
  for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    const after = text.charCodeAt(dot + 1);
    if ((isLatinLetter(after) || isDigit(after)) && isWordUnit(text.charCodeAt(dot - 1))) return true;
  }
  return false;
}

/** Whether a unit may stand in a URL as people write it: RFC 3986 without brackets and quotes, nothing outside ASCII. */
function isUrlUnit(unit: number): boolean {
  return (
    isDigit(unit) ||
    isLatinLetter(unit) ||
    (unit < 0x80 && "-._~:/?#[]@!$&'()*+,;=%|".includes(String.fromCharCode(unit)))
  );
}

function endOfUrl(text: string, start: number): number {
  let end = start;
  let openBrackets = 0;
  for (; end < text.length && end - start < MAX_LENGTH && isUrlUnit(text.charCodeAt(end)); end++) {
    if (text[end] === '(') openBrackets++;
    else if (text[end] === ')' && --openBrackets < 0) break;
    // Two addresses with a comma between them.
    else if ((text[end] === ',' || text[end] === ';') && /^(?:https?|ftp):\/\//i.test(text.slice(end + 1, end + 9)))
      break;
  }
  // What closes a sentence or the bracket around the address does not belong to it.
  for (; end > start; end--) {
    const last = text[end - 1]!;
    if (".,;:!?'*|[&".includes(last)) continue;
    if (last === ']' && !text.slice(start, end).includes('[')) continue;
    break;
  }
  return end;
}

/** A host in letters of any script, which only the sign after it can end: "例子.测试/". */
const WIDE_HOST = /[\p{L}\p{N}-]{1,30}(?:\.[\p{L}\p{N}-]{1,30}){1,4}(?=[/:?#]|[^\p{L}\p{N}.]|$)/uy;

/** Where what follows a scheme goes on in ASCII: past a host in another script. */
function endOfWideHost(text: string, start: number): number {
  if (text.charCodeAt(start) < 0x80) return start;
  WIDE_HOST.lastIndex = start;
  return WIDE_HOST.test(text) ? WIDE_HOST.lastIndex : start;
}

/** The URLs of a folded text: with a scheme, with www., or a well-known top level. */
export function findWebAddresses(text: string): Span[] {
  const found: Span[] = [];
  const add = (start: number, hostStart: number): void => {
    const end = endOfUrl(text, endOfWideHost(text, hostStart));
    if (end - hostStart >= 3) found.push({ start, end });
  };
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const before = text.slice(Math.max(0, at - 5), at).toLowerCase();
    const scheme = SCHEMES.find((name) => before.endsWith(name));
    if (scheme !== undefined && at >= (found.at(-1)?.end ?? 0)) add(at - scheme.length, at + 3);
  }
  const lower = /www\./i.test(text) ? text.toLowerCase() : '';
  for (let at = lower.indexOf('www.'); at !== -1; at = lower.indexOf('www.', at + 4)) {
    const isFree = !isWordUnit(text.charCodeAt(at - 1)) && !'./@-'.includes(text[at - 1] ?? ' ');
    if (isFree && /^[a-z0-9-]+\.[a-z0-9]/.test(lower.slice(at + 4, at + 80))) add(at, at);
  }
  if (text.includes('/')) {
    for (const match of text.matchAll(BARE_DOMAIN)) add(match.index, match.index);
  }
  for (const { 0: host, index } of text.matchAll(BARE_HOST)) {
    if (!NO_HOSTS.has(host.toLowerCase())) found.push({ start: index, end: index + host.length });
  }
  // The same address may be seen by its scheme and by its host: the one that begins first counts.
  let end = 0;
  return found
    .sort((first, second) => first.start - second.start || second.end - first.end)
    .filter((span) => {
      if (span.start < end) return false;
      end = span.end;
      return true;
    });
}
