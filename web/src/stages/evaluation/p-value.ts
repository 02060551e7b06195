const SMALLEST_SHOWN = 0.001;

/** A p-value with two significant digits, as results are written: `p = 0.15`, `p < 0.001`. */
export function pValueText(pValue: number): string {
  if (pValue < SMALLEST_SHOWN) return `p < ${SMALLEST_SHOWN}`;
  return `p = ${Number(pValue.toPrecision(2))}`;
}
