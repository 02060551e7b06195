const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®', trade: '™', hellip: '…' },
  ...{
    mdash: '—',
    ndash: '–',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    middot: '·',
    times: '×',
    yen: '¥',
    euro: '€',
  },
  ...{ ensp: ' ', emsp: ' ', deg: '°', laquo: '«', raquo: '»', bull: '•', cent: '¢', pound: '£', sect: '§' },
};

/** Elements whose content is no text. */
const HIDDEN = ['script', 'style', 'noscript', 'template', 'svg', 'head'];
/** Elements that end a line. */
const BLOCKS = new Set(
  'p br div li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer blockquote pre hr td th'.split(' '),
);

/** The text of a piece of HTML: without tags, comments and hidden elements, character references read. One pass from left to right. */
export function stripHtml(html: string): string {
  if (!html.includes('<') && !html.includes('&')) return html;
  let text = '';
  let index = 0;
  const neverClosed = new Set<string>();
  for (let open = html.indexOf('<'); open !== -1; open = html.indexOf('<', index)) {
    text += html.slice(index, open);
    const tag = /^<(?:!--|!|\?|\/?([a-z][a-z0-9-]{0,30})(?=[\s/>]))/i.exec(html.slice(open, open + 40));
    if (tag === null) {
      // "a < b" and "<3" are no tags.
      text += '<';
      index = open + 1;
      continue;
    }
    const isComment = tag[0] === '<!--';
    const end = isComment ? html.indexOf('-->', open + 4) : endOfTag(html, open);
    if (end === -1) {
      text += html.slice(open);
      index = html.length;
      break;
    }
    index = end + (isComment ? 3 : 1);
    const name = tag[1]?.toLowerCase() ?? '';
    if (HIDDEN.includes(name) && tag[0][1] !== '/' && html[end - 1] !== '/') {
      const close = neverClosed.has(name) ? -1 : closingTag(html, name, index);
      if (close === -1) neverClosed.add(name);
      else index = close;
    } else if (BLOCKS.has(name)) text += '\n';
  }
  return decodeReferences(text + html.slice(index))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** Where the tag that opens at `open` ends, past the quotes of its attributes; -1 where it never does. */
function endOfTag(html: string, open: number): number {
  let quote = '';
  // A tag of more than 10,000 characters is none; this also bounds the time.
  const limit = Math.min(html.length, open + 10_000);
  for (let index = open + 1; index < limit; index++) {
    const sign = html[index]!;
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '>') return index;
    else if ((sign === '"' || sign === "'") && html[index - 1] === '=') quote = sign;
  }
  return -1;
}

function closingTag(html: string, name: string, from: number): number {
  for (let close = html.indexOf('</', from); close !== -1; close = html.indexOf('</', close + 2)) {
    if (html.slice(close + 2, close + 2 + name.length).toLowerCase() !== name) continue;
    const end = html.indexOf('>', close);
    return end === -1 ? html.length : end + 1;
  }
  return -1;
}

function decodeReferences(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(NAMED, name.toLowerCase()) ? NAMED[name.toLowerCase()]! : whole;
      const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
    },
  );
}
