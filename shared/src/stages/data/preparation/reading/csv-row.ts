import type { Delimiter } from './source.ts';

/** The values of a row, or the place (UTF-16 units) of the quote that makes it no row. */
export type CsvValues = { readonly values: string[] } | { readonly strayQuote: number };

/** Splits a row into its values after RFC 4180: quotes around a value, doubled inside it. */
export function splitCsvRow(row: string, delimiter: Delimiter): CsvValues {
  if (!row.includes('"')) return { values: row.split(delimiter) };
  const values: string[] = [];
  let index = 0;
  for (;;) {
    if (row[index] === '"') {
      let value = '';
      let start = index + 1;
      let quote = row.indexOf('"', start);
      while (quote !== -1 && row[quote + 1] === '"') {
        value += row.slice(start, quote + 1);
        start = quote + 2;
        quote = row.indexOf('"', start);
      }
      if (quote === -1) return { strayQuote: index };
      values.push(value + row.slice(start, quote));
      index = quote + 1;
      if (index < row.length && row[index] !== delimiter) return { strayQuote: quote };
    } else {
      const end = row.indexOf(delimiter, index);
      const value = row.slice(index, end === -1 ? row.length : end);
      const quote = value.indexOf('"');
      if (quote !== -1) return { strayQuote: index + quote };
      values.push(value);
      index += value.length;
    }
    if (index >= row.length) return { values };
    index++;
  }
}
