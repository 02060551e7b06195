/** Names of HTML for signs that addresses and numbers are written with. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ commat: '@', period: '.', colon: ':', sol: '/', amp: '&', nbsp: ' ', lowbar: '_', num: '#', plus: '+' },
  ...{ lpar: '(', rpar: ')', dash: '-', hyphen: '-', percnt: '%' },
};
const REFERENCE =
  /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(commat|period|colon|sol|amp|nbsp|lowbar|num|plus|lpar|rpar|dash|hyphen|percnt));|\\u([\da-f]{4})|\\\/|(%2B)(?=\d)|((?<!=|=(?:0[9AD]|20|[89A-F][\dA-F]))=\r?\n)/gi;

/** A text in which references are read, with the place in the text as given that each of its units comes from. */
interface ReadText {
  readonly text: string;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Reads the character references of HTML (`&#64;`, `&commat;`), escapes of JSON (`\\u0040`, `\\/`), `%2B` before a number, and lines broken within a word (quoted-printable, RFC 2045); null where there are none. */
export function readReferences(text: string): ReadText | null {
  if (
    !text.includes('&') &&
    !text.includes('\\') &&
    !text.includes('%2') &&
    !text.includes('=\n') &&
    !text.includes('=\r\n')
  )
    return null;
  const matches = [...text.matchAll(REFERENCE)];
  if (matches.length === 0) return null;
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let [read, from] = ['', 0];
  const copy = (to: number) => {
    for (let index = from; index < to; index++) {
      starts[read.length + index - from] = index;
      ends[read.length + index - from] = index + 1;
    }
    read += text.slice(from, to);
  };
  for (const { 0: reference, 1: decimal, 2: hex, 3: name, 4: escaped, 5: plus, 6: softBreak, index } of matches) {
    const sign = softBreak !== undefined ? '' : plus !== undefined ? '+' : signOf(decimal, hex ?? escaped, name);
    if (sign === null) continue;
    copy(index);
    from = index + reference.length;
    starts.fill(index, read.length, read.length + sign.length);
    ends.fill(from, read.length, read.length + sign.length);
    read += sign;
  }
  copy(text.length);
  return { text: read, starts, ends };
}

function signOf(decimal: string | undefined, hex: string | undefined, name: string | undefined): string | null {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? null;
  if (decimal === undefined && hex === undefined) return '/';
  const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : null;
}
