import { isDigit, isLatinLetter, isWordUnit } from './characters.ts';
import type { NumberGroups } from './number-groups.ts';
import type { Span } from './kinds.ts';

const VERSION_BEFORE =
  /(?:版本号?|固件|内核|驱动|第|§|version|ver\.?|release|build|firmware|kernel|driver|section|chapter|clause|appendix|figure|table|v\.?|rev\.?|sdk|api|app|update[ds]?|upgrade[ds]?|升级[到至]?|更新[到至]?|oid|java|jdk|jre|python|php|mysql|nginx|windows|android|ios|chrom(?:e|ium)|firefox|edge|safari|office|framework|\.net)\s*[:：#=为是(（]?\s*(?:to\s+)?[(（]?v?$/i;
const VERSION_AFTER = /^\s?(?:版|节|条|章|小节|款|version|release|beta|alpha|rc\d?)/i;
const ADDRESS_BEFORE =
  /ip|地址|主机|服务器|网关|dns|解析|ping|ssh|host|server|address|gateway|login|登[录陆]|访问|来自|from|连接|connect|客户端|client|@|\/\/|封禁|拉黑|block|ban|掩码|路由|端口|节点|node|内网|外网|公网/i;

function isOctet(text: string, start: number, end: number): boolean {
  const length = end - start;
  return length <= 3 && (length === 1 || text[start] !== '0') && Number(text.slice(start, end)) <= 255;
}

/** Dots as people write them besides: "1 . 2", "1[.]2" so that nobody clicks, "1。2" in Chinese. */
function isOtherDot(text: string, start: number, end: number): boolean {
  return [' . ', '[.]', '(.)', '。'].includes(text.slice(start, end));
}

/** The IPv4 address that begins with number group `first`; four small numbers count only where a word says address. */
export function ipv4At(groups: NumberGroups, first: number): (Span & { last: number }) | null {
  const { text, starts, ends, gaps } = groups;
  const last = first + 3;
  if (last >= starts.length || gaps[last] === '.' || (first > 0 && gaps[first - 1] === '.')) return null;
  for (let index = first; index <= last; index++) {
    if (index < last && gaps[index] !== '.' && !isOtherDot(text, ends[index]!, starts[index + 1]!)) return null;
    if (!isOctet(text, starts[index]!, ends[index]!)) return null;
  }
  const [start, end] = [starts[first]!, ends[last]!];
  const before = text.charCodeAt(start - 1);
  const context = text.slice(Math.max(0, start - 24), start);
  if (isWordUnit(before) && !/(?:^|[^a-z])ip$/i.test(context)) return null;
  if (text[start - 1] === '-' && isWordUnit(text.charCodeAt(start - 2))) return null;
  if (text[start - 1] === '/' && isLatinLetter(text.charCodeAt(start - 2))) return null;
  const after = text.charCodeAt(end);
  if (isWordUnit(after) || (text[end] === '-' && isWordUnit(text.charCodeAt(end + 1)))) return null;
  if (VERSION_BEFORE.test(context) || VERSION_AFTER.test(text.slice(end, end + 10))) return null;
  const isSmall = [0, 1, 2, 3].every((index) => starts[first + index]! + 1 === ends[first + index]);
  return isSmall && !ADDRESS_BEFORE.test(context) ? null : { start, end, last };
}

function isHexUnit(unit: number): boolean {
  const lower = unit | 0x20;
  return isDigit(unit) || (lower >= 0x61 && lower <= 0x66);
}

/** Whether the text is an IPv6 address (RFC 4291), which may end in an IPv4 one. */
function isIpv6(address: string): boolean {
  const halves = address.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [place, part] of parts.entries()) {
      const isLast = index === halves.length - 1 && place === parts.length - 1;
      if (isLast && part.includes('.')) {
        if (!/^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(part)) return false;
        groups += 2;
      } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

/** The IPv6 addresses of a folded text; the loopback and the unspecified address tell nothing of a person and are left out. */
export function findIpv6(text: string): Span[] {
  const found: Span[] = [];
  let index = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', Math.max(index, colon + 1))) {
    let start = colon;
    while (start > index && isHexUnit(text.charCodeAt(start - 1))) start--;
    let end = colon;
    while (end < text.length && (isHexUnit(text.charCodeAt(end)) || text[end] === ':' || text[end] === '.')) end++;
    index = Math.max(end, colon + 1);
    // A word before the first colon is a label: "IP:2001:db8::1", "addr:fe80::1".
    if (isWordUnit(text.charCodeAt(start - 1)) || (start === colon && text[colon + 1] !== ':')) start = colon + 1;
    while (end > start && (text[end - 1] === '.' || (text[end - 1] === ':' && text[end - 2] !== ':'))) end--;
    const address = text.slice(start, end);
    if (address.length < 5 || address.length > 45 || isWordUnit(text.charCodeAt(end))) continue;
    const groups = address.split(':').filter((part) => part !== '').length;
    if (groups < 2 || !/\d/.test(address) || !isIpv6(address)) continue;
    // The network interface of a link-local address: "fe80::1%eth0".
    const zone = /^%[\w.-]{1,16}/.exec(text.slice(end, end + 17))?.[0].length ?? 0;
    found.push({ start, end: end + zone });
  }
  return found;
}
