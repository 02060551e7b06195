import { MAX_ITEM_LENGTH, taskName, type LabelKind, type Split } from '@greenlight/shared/stages/data/content.ts';
import type { TaskMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { splitNamed } from '@greenlight/shared/stages/data/preparation/reading/split-names.ts';
import type { PlacedItem } from '../split-texts.ts';
import { FileProblem } from './file-problem.ts';
import type { Cell, Table } from './read-table.ts';
import { labelColumns } from './label-columns.ts';

/** Which columns of a file become what. */
export interface ColumnMapping {
  readonly text: string;
  readonly labelKind: LabelKind;
  /** The column of the labels or the value; null where the kind is `none`. */
  readonly label: string | null;
  /** What stands between two labels of a cell. */
  readonly separator: string;
  /** Further tasks, which a model may learn beside the labels. */
  readonly tasks: readonly TaskMapping[];
  /** The column that says the split; null where none does. */
  readonly split: string | null;
  /** Further columns that stay with each item, for slices. */
  readonly kept: readonly string[];
}

/** The items of a file, and of how many rows a part is empty. */
export interface TableItems {
  readonly items: readonly PlacedItem[];
  readonly withoutText: number;
  readonly withoutLabel: number;
  /** Items that are kept without a label, because they answer a further task. */
  readonly onlyTasks: number;
}

const TEXT_NAMES =
  /^(text|content|comment|message|body|sentence|review|messages|conversations?|文本|内容|评论|正文|留言|对话)$/i;
const LABEL_NAMES = /^(labels?|category|class|target|verdict|标签|標籤|类别|類別|分类|分類|标注|標註|判定)$/i;
const SPLIT_NAMES = /^(split|set|subset|划分|数据集)$/i;
const LOOKED_AT = 200;
const LONGEST_KEPT_VALUE = 2000;

const textOf = (cell: Cell | undefined): string => (typeof cell === 'object' ? cell.join('|') : (cell ?? '')).trim();

/** The mapping that the names and lengths of the columns suggest, with the columns kept by whose values criteria judge. */
export function suggestMapping({ columns, rows }: Table, judged: readonly string[] = []): ColumnMapping {
  const looked = rows.slice(0, LOOKED_AT);
  const lengthOf = (index: number) => looked.reduce((sum, { cells }) => sum + textOf(cells[index]).length, 0);
  const label = columns.find((name) => LABEL_NAMES.test(name)) ?? null;
  const longest = columns
    .map((name, index) => ({ name, length: name === label || SPLIT_NAMES.test(name) ? -1 : lengthOf(index) }))
    .reduce((best, other) => (other.length > best.length ? other : best));
  const isList = label !== null && looked.some(({ cells }) => typeof cells[columns.indexOf(label)] === 'object');
  const text = columns.find((name) => TEXT_NAMES.test(name)) ?? longest.name;
  const split = columns.find((name) => SPLIT_NAMES.test(name) && name !== text) ?? null;
  const tasks = suggestTasks(columns, looked);
  const used = new Set([text, label, split, ...tasks.map(({ column }) => column)]);
  return {
    text,
    labelKind: label === null ? 'none' : isList ? 'multiple' : 'single',
    label,
    separator: '|',
    tasks,
    split,
    kept: columns.filter((name) => judged.includes(name) && !used.has(name)),
  };
}

/** The mapping of a file that a classifier is to learn from: where no column is named as its label, the one that is filled like it, or one still to be chosen. */
export function withGuessedLabel(table: Table, mapping: ColumnMapping, judged: readonly string[] = []): ColumnMapping {
  if (mapping.labelKind !== 'none') return mapping;
  const [found, ...others] = labelColumns(table, mapping, judged);
  if (found === undefined) return mapping;
  const label = others.length === 0 ? found : null;
  return { ...mapping, labelKind: 'single', label, kept: mapping.kept.filter((name) => name !== label) };
}

/** Whether a mapping says that there are labels and not yet where. */
export function lacksLabel({ labelKind, label }: ColumnMapping): boolean {
  return labelKind !== 'none' && label === null;
}

function labelsOf(cell: Cell | undefined, { labelKind, separator }: ColumnMapping): string[] {
  if (labelKind === 'single') return [textOf(cell)].filter((label) => label !== '');
  return severalLabels(cell, separator);
}

function severalLabels(cell: Cell | undefined, separator: string): string[] {
  const labels = typeof cell === 'object' ? cell : (cell ?? '').split(separator);
  return [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
}

function valueOf(cell: Cell | undefined, line: number): number | null {
  const text = textOf(cell);
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new FileProblem('number', line);
  return value;
}

/** The tasks that the rows of a JSON Lines file name themselves, in an object `tasks`. */
function suggestTasks(columns: readonly string[], looked: Table['rows']): TaskMapping[] {
  return columns.flatMap((column, index): TaskMapping[] => {
    const name = column.startsWith('tasks.') ? column.slice('tasks.'.length) : '';
    if (!taskName.safeParse(name).success) return [];
    const cells = looked.map(({ cells: row }) => row[index]).filter((cell) => cell !== undefined && cell !== '');
    const isNumber = cells.length > 0 && cells.every((cell) => Number.isFinite(Number(textOf(cell))));
    const isList = cells.some((cell) => typeof cell === 'object');
    return [{ name, column, kind: isList ? 'multiple' : isNumber ? 'value' : 'single', labelSeparator: '|' }];
  });
}

type Answers = NonNullable<PlacedItem['tasks']>;

/** The answers of a row's tasks; where none is known, as in an empty cell of one label or a number, the task is left out. */
function answersOf(
  tasks: readonly TaskMapping[],
  cellOf: (column: string) => Cell | undefined,
  line: number,
): Answers | undefined {
  const answers: Answers = {};
  for (const { name, column, kind, labelSeparator = '|' } of tasks) {
    const cell = cellOf(column);
    if (cell === undefined) continue;
    const value = kind === 'value' ? valueOf(cell, line) : null;
    if (value !== null) answers[name] = value;
    if (kind === 'multiple') answers[name] = severalLabels(cell, labelSeparator);
    if (kind === 'single' && textOf(cell) !== '') answers[name] = textOf(cell);
  }
  return Object.keys(answers).length === 0 ? undefined : answers;
}

function splitOf(cell: Cell | undefined, line: number): Split | undefined {
  const name = textOf(cell);
  if (name === '') return undefined;
  const split = splitNamed(name);
  if (split === undefined) throw new FileProblem('split', line);
  return split;
}

/** The items that a mapping makes of a file; throws a `FileProblem` for a row that cannot be an item. */
export function itemsOfTable({ columns, rows }: Table, mapping: ColumnMapping): TableItems {
  const at = (name: string | null): number => (name === null ? -1 : columns.indexOf(name));
  const counts = { withoutText: 0, withoutLabel: 0, onlyTasks: 0 };
  const names = mapping.tasks.map(({ name }) => name);
  const areNames = names.every((name) => taskName.safeParse(name).success);
  if (!areNames || new Set(names).size < names.length) throw new FileProblem('task-names');
  const items: PlacedItem[] = [];
  for (const { line, cells } of rows) {
    const text = textOf(cells[at(mapping.text)]);
    if (text.length > MAX_ITEM_LENGTH) throw new FileProblem('too-long', line);
    if (text === '') {
      counts.withoutText++;
      continue;
    }
    const cell = cells[at(mapping.label)];
    const value = mapping.labelKind === 'value' ? valueOf(cell, line) : undefined;
    const labels =
      mapping.labelKind === 'single' || mapping.labelKind === 'multiple' ? labelsOf(cell, mapping) : undefined;
    // An item with no label at all is an answer where several are possible, and a gap where one is expected.
    const tasks = answersOf(mapping.tasks, (column) => cells[at(column)], line);
    const isAbsent = mapping.labelKind === 'multiple' && cell === undefined && tasks !== undefined;
    const isUnknown = value === null || isAbsent || (mapping.labelKind === 'single' && labels?.length === 0);
    if (isUnknown && tasks === undefined) {
      counts.withoutLabel++;
      continue;
    }
    if (isUnknown) counts.onlyTasks++;
    const split = mapping.split === null ? undefined : splitOf(cells[at(mapping.split)], line);
    const kept = mapping.kept.map((name) => [name, textOf(cells[at(name)]).slice(0, LONGEST_KEPT_VALUE)] as const);
    items.push({
      text,
      ...(labels && !isUnknown && { labels }),
      ...(typeof value === 'number' && { value }),
      ...(tasks && { tasks }),
      ...(split && { split }),
      ...(kept.length > 0 && { columns: Object.fromEntries(kept) }),
    });
  }
  if (items.length === 0) throw new FileProblem('empty');
  const isTrained = items.some(({ split }) => split === undefined || split === 'train');
  if (!isTrained) throw new FileProblem('no-training');
  return { items, ...counts };
}
