const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/**
 * The place (UTF-16 units) where a text stops being JSON (RFC 8259), which the engine's own error does not always say; the
 * text's length where only its end is missing.
 */
export function jsonErrorAt(text: string): number {
  /** What each open object or array waits for. */
  const open: ('{' | '[')[] = [];
  let expects: 'value' | 'key' | 'first-key' | 'first-value' | 'comma' = 'value';
  let index = 0;
  const scalarEnd = (): number => {
    SCALAR.lastIndex = index;
    return SCALAR.test(text) ? SCALAR.lastIndex : -1;
  };
  for (;;) {
    SPACE.lastIndex = index;
    SPACE.test(text);
    index = SPACE.lastIndex;
    const sign = text[index];
    if (sign === undefined) return text.length;
    if (expects === 'comma') {
      const inside = open.at(-1);
      if (inside === undefined) return index;
      if (sign === (inside === '{' ? '}' : ']')) open.pop();
      else if (sign === ',') expects = inside === '{' ? 'key' : 'value';
      else return index;
      index++;
    } else if ((expects === 'first-key' && sign === '}') || (expects === 'first-value' && sign === ']')) {
      open.pop();
      expects = 'comma';
      index++;
    } else if (expects === 'key' || expects === 'first-key') {
      const end = sign === '"' ? scalarEnd() : -1;
      if (end === -1) return index;
      SPACE.lastIndex = end;
      SPACE.test(text);
      index = SPACE.lastIndex;
      if (text[index] !== ':') return index;
      index++;
      expects = 'value';
    } else if (sign === '{' || sign === '[') {
      open.push(sign);
      expects = sign === '{' ? 'first-key' : 'first-value';
      index++;
    } else {
      const end = scalarEnd();
      if (end === -1) return index;
      index = end;
      expects = 'comma';
    }
  }
}
