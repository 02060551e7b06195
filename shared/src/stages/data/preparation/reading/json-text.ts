const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/g;

/** What JSON text says that no text can be stored with: half of a character, or a NUL; `unit` is where its escape begins. */
export interface UnstorableEscape {
  readonly unit: number;
  readonly codeUnit: number;
}

/** The first escape (`\ud83d` without its other half, `\u0000`) of a valid JSON text that cannot be stored; null where there is none. */
export function unstorableEscapeIn(row: string): UnstorableEscape | null {
  if (!row.includes('\\u') || !/\\u(?:[dD][89a-fA-F]|0000)/.test(row)) return null;
  let first: UnstorableEscape | null = null;
  ESCAPE.lastIndex = 0;
  for (let match = ESCAPE.exec(row); match !== null; match = ESCAPE.exec(row)) {
    const codeUnit = match[1] === undefined ? -1 : Number.parseInt(match[1], 16);
    const isSecondHalf = codeUnit >= 0xdc00 && codeUnit <= 0xdfff;
    if (first !== null) {
      if (!isSecondHalf || match.index !== first.unit + 6) return first;
      first = null;
    } else if (isSecondHalf || codeUnit === 0) return { unit: match.index, codeUnit };
    else if (codeUnit >= 0xd800 && codeUnit <= 0xdbff) first = { unit: match.index, codeUnit };
  }
  return first;
}

/** Where the object that a valid JSON text is names a key again, and which; null where every key is there once. */
export function repeatedKeyIn(row: string, object: object): { readonly unit: number; readonly key: string } | null {
  let mayRepeat = false;
  for (const key in object) {
    const quoted = `"${key}"`;
    if (row.indexOf(quoted, row.indexOf(quoted) + quoted.length) !== -1) mayRepeat = true;
  }
  if (!mayRepeat) return null;
  const seen = new Set<string>();
  let depth = 0;
  for (let index = 0; index < row.length; index++) {
    const sign = row[index]!;
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    else if (sign === '"') {
      STRING.lastIndex = index;
      STRING.test(row);
      const end = STRING.lastIndex;
      if (depth === 1 && /^[ \t\n\r]*:/.test(row.slice(end, end + 100))) {
        const key = JSON.parse(row.slice(index, end)) as string;
        if (seen.has(key)) return { unit: index, key };
        seen.add(key);
      }
      index = end - 1;
    }
  }
  return null;
}
