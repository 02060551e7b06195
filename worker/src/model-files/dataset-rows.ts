import type { InBothLanguages } from '@greenlight/shared/api/localized-text.ts';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import {
  fedValuesOf,
  valueOfCell,
  type InputRow,
  type InputValue,
} from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { JobError } from '../jobs/job-performer.ts';
import type { DeclaredArray } from '../runtime/foreign-session.ts';

/** What an item holds for a column; `text` is its text where no column is called so. */
function cellOf({ columns = {}, text }: DatasetItem, name: string): string | undefined {
  if (Object.hasOwn(columns, name)) return columns[name];
  return name === 'text' ? text : undefined;
}

type ColumnMapping = Extract<ModelMapping, { input: 'columns' }>;

/** Columns that are listed in a sentence. */
const MOST_LISTED = 20;

function listed(names: readonly string[], word: { zh: string; en: string }): { zh: string; en: string } {
  const shown = names.slice(0, MOST_LISTED);
  const more = names.length - shown.length;
  return {
    zh: `${word.zh}${shown.join('、')}${more > 0 ? ` 等 ${names.length} 列` : ''}`,
    en: `${word.en}${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  };
}

/** Throws a `JobError` that names every column that the mapping wants and no item has, and the columns that there are. */
export function requireColumns(items: readonly DatasetItem[], { columnInputs }: ColumnMapping): void {
  const known = new Set(['text']);
  for (const { columns = {} } of items) for (const name of Object.keys(columns)) known.add(name);
  const missing = columnInputs.flatMap(({ name, columns }) =>
    columns
      .filter((column) => !known.has(column))
      .map((column) => (column === name ? column : `${column} (→ ${name})`)),
  );
  if (missing.length === 0) return;
  const [lacks, has] = [
    listed(missing, { zh: '数据中没有模型所需的列：', en: 'The data lacks columns that the model takes: ' }),
    listed([...known], { zh: '现有的列：', en: 'It has: ' }),
  ];
  throw new JobError(
    'columns-missing',
    { zh: `${lacks.zh}。${has.zh}。`, en: `${lacks.en}. ${has.en}.` },
    {
      zh: '请选择带有这些列的数据版本，或在映射中写明每个输入取自哪些列。',
      en: 'Choose a data version that has these columns, or say in the mapping which columns each input takes.',
    },
  );
}

function wrongCell(place: number, name: string, problem: InBothLanguages): JobError {
  return new JobError(
    'columns-do-not-fit',
    {
      zh: `第 ${place + 1} 条留出数据不符合输入“${name}”：${problem.zh}`,
      en: `Held-out item ${place + 1} does not fit the input '${name}': ${problem.en}`,
    },
    {
      zh: '请修正该列的数据，或在映射中为该输入指定其他列。',
      en: 'Correct the column in the data, or name other columns for this input in the mapping.',
    },
  );
}

/** What a model is given for the item at a place; a cell that is not there is a missing value. Throws a `JobError` for cells that an input does not take. */
export function rowOfItem(
  item: DatasetItem,
  place: number,
  { columnInputs }: ColumnMapping,
  inputs: readonly DeclaredArray[],
): InputRow {
  const fields = columnInputs.map(({ name, columns }): [string, InputValue] => {
    const input = inputs.find((declared) => declared.name === name);
    if (input === undefined)
      throw wrongCell(place, name, { zh: '模型没有这个输入', en: 'the model has no such input' });
    const cells = columns.map((column) => cellOf(item, column) ?? null);
    const [first = null] = cells;
    const value = cells.length > 1 || first === null ? cells : valueOfCell(input, first);
    const fed = fedValuesOf(input, value);
    if ('problem' in fed) throw wrongCell(place, name, fed.problem);
    return [name, value];
  });
  return Object.fromEntries(fields);
}
