import type { Table } from './read-table.ts';

const LOOKED_AT = 2_000;
const MOST_LABELS = 50;
const MOST_NUMBERS = 10;
const LONGEST_LABEL = 40;
/** How often a label comes at least, on average: names, dates and places of many kinds come less often. */
const FEWEST_EACH = 5;
const NAMED_AS_LABEL =
  /label|categor|class|target|verdict|rating|sentiment|toxic|abus|spam|moderat|标签|標籤|类别|類別|分类|分類|标注|標註|判定|结果|結果|审核|審核|违规|違規|情感|是否/i;

/**
 * Columns beside the text that few values fill again and again, as labels do; those that are also called so alone, where there are such. The column
 * of the split is none, nor is one by whose values criteria judge (`judged`), unless it is called so.
 */
export function labelColumns(
  { columns, rows }: Table,
  { text, split }: { readonly text: string; readonly split: string | null },
  judged: readonly string[],
): string[] {
  const looked = rows.slice(0, LOOKED_AT);
  const alike = columns.filter((name, index) => {
    if (name === text || name === split || (judged.includes(name) && !NAMED_AS_LABEL.test(name))) return false;
    const cells = looked.map(({ cells: row }) => row[index] ?? '').filter((cell) => cell !== '');
    const values = new Set(cells.map((cell) => (typeof cell === 'object' ? cell.join('|') : cell.trim())));
    const areNumbers = [...values].every((value) => Number.isFinite(Number(value)));
    return (
      values.size >= 2 &&
      values.size <= (areNumbers ? MOST_NUMBERS : MOST_LABELS) &&
      cells.length >= values.size * FEWEST_EACH &&
      [...values].every((value) => value.length <= LONGEST_LABEL)
    );
  });
  const named = alike.filter((name) => NAMED_AS_LABEL.test(name));
  return named.length > 0 ? named : alike;
}
