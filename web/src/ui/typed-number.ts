/**
 * What somebody means who types a number: full-width digits, a decimal comma, and for a share also a percentage. A comma before
 * three digits is taken for one that groups thousands, unless only a zero stands before it.
 */
export function typedNumber(text: string, isShare: boolean): string {
  const plain = text.normalize('NFKC').replaceAll('。', '.').replaceAll(/\s/g, '');
  const [, before, after] = /^(-?\d*),(\d+%?)$/.exec(plain) ?? [];
  const isDecimal = before !== undefined && after !== undefined && (!/^\d{3}$/.test(after) || /^-?0?$/.test(before));
  const number = (isDecimal ? `${before}.${after}` : plain).replaceAll(/[^\w.+-]/g, '');
  return isShare && plain.endsWith('%') ? String(Number((Number(number) / 100).toPrecision(12))) : number;
}
