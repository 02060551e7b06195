import type { InBothLanguages } from '../../api/localized-text.ts';
import { valuesOfItem } from './imported-model-rows.ts';
import type { DeclaredTensor, ModelDescription, ModelMapping } from './imported-models.ts';

/** A part of a mapping that does not fit the model. */
export interface MappingProblem {
  readonly field: string;
  readonly message: InBothLanguages;
}

const INTEGER_TYPES = ['int64', 'int32'];

const FLOAT_TYPES = ['float32', 'float16', 'float64'];

const WHOLE_TYPES = [...INTEGER_TYPES, 'int8', 'uint8', 'int16', 'uint16', 'uint32', 'uint64'];

/** Types that rows of numbers may be given in, of 0 and 1 for `bool`. */
const NUMBER_TYPES = [...FLOAT_TYPES, 'bfloat16', ...WHOLE_TYPES, 'bool'];

/** Inputs that are listed in a sentence. */
const MOST_LISTED = 20;

/** Types in which an output may name the likeliest class. */
const CLASS_TYPES = ['string', ...WHOLE_TYPES];

/** Whether a declared rank can be `rank`; a model may leave its shape open. */
function mayHaveRank({ shape }: DeclaredTensor, rank: number): boolean {
  return shape.length === 0 || shape.length === rank;
}

/** Numbers that an input of more than two dimensions takes for each item, as one of images does; null where the model leaves them open, or has fewer dimensions. */
export function numbersOfItem({ shape }: Pick<DeclaredTensor, 'shape'>): number | null {
  if (shape.length < 3) return null;
  const numbers = shape.slice(1).reduce<number>((product, size) => product * Number(size), 1);
  return Number.isSafeInteger(numbers) && numbers > 0 ? numbers : null;
}

/** An output's shape without the further dimensions of one that some models of images leave at its end. */
function answerOf(output: DeclaredTensor): DeclaredTensor {
  const isEnd = (size: number | string, axis: number): boolean => axis > 1 && size === 1;
  return { ...output, shape: output.shape.filter((size, axis) => !isEnd(size, axis)) };
}

/** Numbers that a mapped model answers for each item: one for each label, or the one of a regression. */
export function outputWidth({ task, labels }: Pick<ModelMapping, 'task' | 'labels'>): number {
  return task === 'regression' ? 1 : labels.length;
}

/** Whether an output of so many columns speaks of the second of two classes only, as binary classifiers often do. */
export function answersForSecondOfTwo(
  { task, labels }: Pick<ModelMapping, 'task' | 'labels'>,
  columns: number,
): boolean {
  return task === 'single-label' && labels.length === 2 && columns === 1;
}

/** An input that a mapping names, the field that names it, the types that it may have, and what is wrong with its shape. */
interface MappedInput {
  readonly field: string;
  readonly name: string;
  readonly types: readonly string[];
  readonly shapeProblem: (tensor: DeclaredTensor) => InBothLanguages | null;
}

function notItemsAndValues(tensor: DeclaredTensor): InBothLanguages | null {
  const { length } = tensor.shape;
  if (mayHaveRank(tensor, 2)) return null;
  return { zh: `有 ${length} 个维度，而不是“条数 × 值”`, en: `has ${length} dimensions, not items and values` };
}

function notOneTextEach(tensor: DeclaredTensor): InBothLanguages | null {
  const { shape } = tensor;
  const isOneEach = mayHaveRank(tensor, 1) || (shape.length === 2 && !(Number(shape[1]) > 1));
  if (isOneEach) return null;
  const size = shape.join(' × ');
  return { zh: `需要 ${size} 条文本，而不是每条一个`, en: `takes ${size} texts, not one for each item` };
}

/** What is wrong with filling an input from so many columns. */
function notFilledBy(columns: readonly string[], tensor: DeclaredTensor): InBothLanguages | null {
  const count = valuesOfItem(tensor);
  if (count === null && tensor.shape.length > 2) {
    const size = tensor.shape.join(' × ');
    return { zh: `需要 ${size} 个值，其数量不固定`, en: `takes ${size} values, whose number is open` };
  }
  const fits = count === null || columns.length === 1 || columns.length === count;
  if (fits) return null;
  return {
    zh: `每条需要 ${count} 个值，而不是 ${columns.length} 列的值`,
    en: `takes ${count} values for each item, not those of ${columns.length} columns`,
  };
}

function mappedInputs(mapping: ModelMapping): MappedInput[] {
  if (mapping.input === 'features') {
    const shapeProblem = (tensor: DeclaredTensor) =>
      numbersOfItem(tensor) === null ? notItemsAndValues(tensor) : null;
    return [{ field: 'features', name: mapping.features, types: NUMBER_TYPES, shapeProblem }];
  }
  if (mapping.input === 'raw-text') {
    return [{ field: 'texts', name: mapping.texts, types: ['string'], shapeProblem: notOneTextEach }];
  }
  if (mapping.input === 'columns') {
    return mapping.columnInputs.map(({ name, columns }, index) => ({
      ...{ field: `columnInputs.${index}`, name, types: [...NUMBER_TYPES, 'string'] },
      shapeProblem: (tensor) => notFilledBy(columns, tensor),
    }));
  }
  const { inputIds, attentionMask, otherInputs } = mapping;
  const named = [
    { field: 'inputIds', name: inputIds, types: INTEGER_TYPES },
    ...(attentionMask === null ? [] : [{ field: 'attentionMask', name: attentionMask, types: NUMBER_TYPES }]),
    ...otherInputs.map(({ name }, index) => ({ field: `otherInputs.${index}`, name, types: NUMBER_TYPES })),
  ];
  return named.map((one) => ({ ...one, shapeProblem: notItemsAndValues }));
}

/** That a tensor has a type which is none of those that would do, in both languages. */
function notOfTypes(zh: string, en: string, type: string, types: readonly string[]): [zh: string, en: string] {
  return [`${zh} ${type}，而不是 ${types.join('、')}`, `${en} ${type}, not ${types.join(' or ')}`];
}

/** What is wrong with reading an output as the mapping says. */
function outputProblems(output: DeclaredTensor, mapping: ModelMapping): MappingProblem[] {
  const { name, type, shape } = output;
  const problems: MappingProblem[] = [];
  const expect = (holds: boolean, field: string, zh: string, en: string): void => {
    if (!holds) problems.push({ field, message: { zh: `“${name}”${zh}`, en: `'${name}' ${en}` } });
  };
  const size = shape.join(' × ');
  const width = shape[1];
  const known = typeof width === 'number' ? width : null;
  const isOneEach = (mayHaveRank(output, 1) || mayHaveRank(output, 2)) && (known ?? 1) === 1;
  if (mapping.outputKind === 'classes') {
    const isClass = CLASS_TYPES.includes(type);
    expect(
      isClass,
      'output',
      `给出 ${type}，不是类别的名称或编号`,
      `gives ${type}, not the name or the number of a class`,
    );
    expect(
      isOneEach,
      'output',
      `给出 ${size} 个值，不是每条一个类别`,
      `gives ${size} values, not one class for each item`,
    );
  } else if (mapping.task === 'regression') {
    const types = [...FLOAT_TYPES, ...WHOLE_TYPES];
    expect(types.includes(type), 'output', ...notOfTypes('给出', 'gives', type, types));
    expect(
      isOneEach,
      'output',
      `给出 ${size} 个值，不是每条一个数值`,
      `gives ${size} values, not one number for each item`,
    );
  } else {
    const mayBeClass = CLASS_TYPES.includes(type);
    const [zh, en] = notOfTypes('给出', 'gives', type, FLOAT_TYPES);
    expect(
      FLOAT_TYPES.includes(type),
      'output',
      `${zh}${mayBeClass ? '；若它给出最可能的类别，请选择“类别”作为输出内容' : ''}`,
      `${en}${mayBeClass ? '; if it names the likeliest class, say that it gives classes' : ''}`,
    );
    expect(
      mayHaveRank(output, 2) || (answersForSecondOfTwo(mapping, 1) && mayHaveRank(output, 1)),
      'output',
      `有 ${shape.length} 个维度，而不是“条数 × 类别”`,
      `has ${shape.length} dimensions, not items and classes`,
    );
    expect(
      known === null || known === mapping.labels.length || answersForSecondOfTwo(mapping, known),
      'labels',
      `有 ${String(width)} 列，而类别有 ${mapping.labels.length} 个`,
      `has ${String(width)} columns for ${mapping.labels.length} labels`,
    );
  }
  return problems;
}

/** Why a model cannot be asked and understood in this way; empty where it can. */
export function mappingProblems(description: ModelDescription, mapping: ModelMapping): MappingProblem[] {
  const problems: MappingProblem[] = [];
  const expect = (holds: boolean, field: string, zh: string, en: string): void => {
    if (!holds) problems.push({ field, message: { zh, en } });
  };
  const isRegression = mapping.task === 'regression';
  const isSingle = mapping.task === 'single-label';
  const input = (name: string) => description.inputs.find((tensor) => tensor.name === name);
  const mapped = mappedInputs(mapping);
  for (const { field, name, types, shapeProblem } of mapped) {
    const tensor = input(name);
    if (tensor === undefined) {
      expect(false, field, `模型没有输入“${name}”`, `the model has no input '${name}'`);
      continue;
    }
    const [zh, en] = notOfTypes('接受', 'takes', tensor.type, types);
    expect(types.includes(tensor.type), field, `“${name}”${zh}`, `'${name}' ${en}`);
    const wrongShape = shapeProblem(tensor);
    if (wrongShape !== null) expect(false, field, `“${name}”${wrongShape.zh}`, `'${name}' ${wrongShape.en}`);
    const isTwice = mapped.some((other) => other.field !== field && other.name === name);
    expect(!isTwice, field, `输入“${name}”写了两次`, `the input '${name}' is named twice`);
  }
  const unmapped = description.inputs.filter(({ name }) => !mapped.some((one) => one.name === name));
  const listed = (between: string): string => {
    const names = unmapped.slice(0, MOST_LISTED).map(({ name }) => name);
    return [...names, ...(unmapped.length > names.length ? ['…'] : [])].join(between);
  };
  expect(
    unmapped.length === 0,
    'input',
    `没有说明输入 ${listed('、')}`,
    `nothing is said about the inputs ${listed(', ')}`,
  );
  const output = description.outputs.find((tensor) => tensor.name === mapping.output);
  if (output === undefined)
    expect(false, 'output', `模型没有输出“${mapping.output}”`, `the model has no output '${mapping.output}'`);
  else problems.push(...outputProblems(answerOf(output), mapping));
  const [kind, count] = [mapping.outputKind, mapping.labels.length];
  const givesKind = isRegression ? kind === 'values' : kind !== 'values' && (kind !== 'classes' || isSingle);
  expect(
    givesKind,
    'outputKind',
    `${mapping.task} 任务的输出不给出 ${kind}`,
    `a ${mapping.task} output does not give ${kind}`,
  );
  expect(
    isRegression ? count === 0 : count >= (mapping.task === 'multi-label' ? 1 : 2),
    'labels',
    `${isRegression ? '数值' : '类别'}不能有 ${count} 个名称`,
    `${count} labels for ${isRegression ? 'numbers' : 'classes'}`,
  );
  expect(new Set(mapping.labels).size === count, 'labels', '两个类别的名称相同', 'two labels have the same name');
  return problems;
}
