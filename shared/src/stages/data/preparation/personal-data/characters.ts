/** Whether a UTF-16 unit is 0–9. */
export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Whether a UTF-16 unit is A–Z or a–z. */
export function isLatinLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Whether a UTF-16 unit goes on a word of a program or code: a letter, a digit or `_`. NaN, past the end, does not. */
export function isWordUnit(unit: number): boolean {
  return isDigit(unit) || isLatinLetter(unit) || unit === 0x5f;
}

/** Whether a UTF-16 unit is one of the common Chinese characters (the unified block and its first extension). */
export function isHan(unit: number): boolean {
  return (unit >= 0x4e00 && unit <= 0x9fff) || (unit >= 0x3400 && unit <= 0x4dbf);
}

/** A flag for each UTF-16 unit: 1 for those of the characters. */
export function flagsOf(characters: string): Uint8Array {
  const flags = new Uint8Array(0x10000);
  for (const character of characters) flags[character.charCodeAt(0)] = 1;
  return flags;
}
