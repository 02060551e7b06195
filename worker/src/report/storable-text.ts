/**
 * A text that a model or a vocabulary made, as the server can keep it: the NUL byte, which a tokenizer of bytes can write and no database stores, as its
 * picture (U+2400), and lone halves of surrogate pairs as replacement characters.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed();
}
