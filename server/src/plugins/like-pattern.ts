/** Text as a part of a LIKE pattern that means itself. */
export function literalInPattern(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
