/** Rows that are read at once. */
export const ROWS_A_ROUND = 200;

/** Row after row in pages, each asked for with the last row of the one before. */
export async function* pages<Row>(read: (cursor: Row | undefined) => Promise<Row[]>): AsyncGenerator<Row[]> {
  let cursor: Row | undefined;
  for (;;) {
    const rows: Row[] = await read(cursor);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_A_ROUND) return;
    cursor = rows.at(-1);
  }
}
