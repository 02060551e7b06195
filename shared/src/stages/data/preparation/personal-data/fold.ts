import { readReferences } from './references.ts';

const REMOVED = 0xffff;
/** "〇", the zero among Chinese digits, is the first that counts. */
const FIRST_CHINESE = 0x3007;

/** For every UTF-16 unit the plain one that it is read as; `REMOVED` for those that cannot be seen. */
const PLAIN = plainUnits();

function plainUnits(): Uint16Array {
  const table = Uint16Array.from({ length: 0x10000 }, (_, unit) => unit);
  let digit = -1;
  for (let unit = 0x80; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
    if (!isSurrogate && /\p{Nd}/u.test(character)) {
      // The decimal digits of every script stand in order, zero first.
      digit = (digit + 1) % 10;
      table[unit] = 0x30 + digit;
      continue;
    }
    digit = -1;
    if (isSurrogate) continue;
    const composed = character.normalize('NFKC');
    // Full-width punctuation ends an address where the plain one could go on with it.
    if ('，；！？'.includes(character)) continue;
    if (composed.length === 1 && composed.charCodeAt(0) < 0x80) table[unit] = composed.charCodeAt(0);
    else if (/\p{Pd}/u.test(character)) table[unit] = 0x2d;
    else if (/\p{Zs}/u.test(character)) table[unit] = 0x20;
    else if (/\p{Cf}|[\uFE00-\uFE0F]/u.test(character)) table[unit] = REMOVED;
  }
  table[0x2212] = 0x2d;
  table[0x30fc] = 0x2d;
  table[0xff61] = 0x3002;
  // The frame around a digit of a keypad: "1️⃣".
  table[0x20e3] = REMOVED;
  return table;
}

/** Signs without which some kinds of personal data are not there, as bits. */
export const SIGNS = { at: 1, bracket: 2, colon: 4, joint: 8 } as const;

const SIGN_OF = new Uint8Array(0x80);
for (const sign of '@#%=') SIGN_OF[sign.charCodeAt(0)] = SIGNS.at;
for (const sign of '([{<') SIGN_OF[sign.charCodeAt(0)] = SIGNS.bracket;
SIGN_OF[':'.charCodeAt(0)] = SIGNS.colon;
for (const sign of '_-') SIGN_OF[sign.charCodeAt(0)] = SIGNS.joint;

/** A text in which full-width and other decorated forms are plain, with the way back to the text as given. */
export interface FoldedText {
  readonly text: string;
  /** For each unit of `text` its place in the text as given; null where the places are the same. */
  readonly positions: Uint32Array | null;
  /** For each unit of `text` where what it is read from ends in the text as given; null where that is one unit. */
  readonly ends: Uint32Array | null;
  /** How many decimal digits `text` has. */
  readonly digits: number;
  /** Whether it may hold Chinese characters: together, its units have bits as high as theirs. */
  readonly mayBeChinese: boolean;
  /** Which of the signs `text` has. */
  readonly signs: number;
}

/** Makes digits of every script, full-width forms, dashes and spaces plain, removes what cannot be seen, and reads what is written by references of HTML or JSON. */
export function foldText(text: string): FoldedText {
  const read = readReferences(text);
  if (read === null) return foldPlain(text);
  const folded = foldPlain(read.text);
  const { positions } = folded;
  const placeOf = (unit: number) => positions?.[unit] ?? unit;
  return {
    ...folded,
    positions: Uint32Array.from({ length: folded.text.length }, (_, unit) => read.starts[placeOf(unit)]!),
    ends: Uint32Array.from({ length: folded.text.length }, (_, unit) => read.ends[placeOf(unit)]!),
  };
}

function foldPlain(text: string): FoldedText {
  let digits = 0;
  let seen = 0;
  let signs = 0;
  let changes = false;
  let removes = false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const plain = PLAIN[unit]!;
    seen |= unit;
    if (plain !== unit) {
      changes = true;
      if (plain === REMOVED) removes = true;
    }
    if (plain >= 0x80) continue;
    signs |= SIGN_OF[plain]!;
    if (plain >= 0x30 && plain <= 0x39) digits++;
  }
  const mayBeChinese = seen >= FIRST_CHINESE;
  if (!changes) return { text, positions: null, ends: null, digits, mayBeChinese, signs };
  const units = new Uint16Array(text.length);
  const positions = removes ? new Uint32Array(text.length) : null;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const plain = PLAIN[text.charCodeAt(index)]!;
    if (plain === REMOVED) continue;
    if (positions) positions[length] = index;
    units[length++] = plain;
  }
  return {
    text: stringOf(units.subarray(0, length)),
    positions: positions?.subarray(0, length) ?? null,
    ends: null,
    digits,
    mayBeChinese,
    signs,
  };
}

const UNITS_A_CALL = 8192;

function stringOf(units: Uint16Array): string {
  let text = '';
  for (let start = 0; start < units.length; start += UNITS_A_CALL) {
    text += String.fromCharCode.apply(null, units.subarray(start, start + UNITS_A_CALL) as unknown as number[]);
  }
  return text;
}
