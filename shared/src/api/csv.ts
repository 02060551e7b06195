/**
 * Characters with which spreadsheets begin a formula, in half and full width, and what may hide one behind white space;
 * apostrophes before it count too, so that taking one away again gives the text back.
 */
const BEGINS_FORMULA = /^'*(?:[\s\0]*[=+\-@＝＋－＠]|[\t\r\n])/u;

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = BEGINS_FORMULA.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The mark with which a file tells spreadsheets that it is UTF-8. */
export const CSV_MARK = '\ufeff';

/**
 * One row of CSV (RFC 4180) with its end; a text that a spreadsheet would run as a formula gets an apostrophe before it,
 * numbers stay numbers.
 */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** Rows as a CSV file, with the mark that tells spreadsheets it is UTF-8. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return CSV_MARK + rows.map(csvRow).join('');
}
